package dev.writ.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** What came of one request to the gateway. */
sealed interface Answer {

    /**
     * The gateway answered.
     *
     * @param retryAfter when it said to ask again, if it did
     * @param body a missing node if there was none, or none that is JSON
     */
    record Received(int status, Optional<Duration> retryAfter, JsonNode body) implements Answer {}

    /** Nothing was sent: there was no connection. */
    record NotSent(String reason) implements Answer {}

    /** It may have been received: the connection was lost, or the time was over, before the answer was there. */
    record Lost(String reason) implements Answer {}

    default <T> T fold(Function<Received, T> received, Function<NotSent, T> notSent, Function<Lost, T> lost) {
        if (this instanceof Received answered) {
            return received.apply(answered);
        }
        return this instanceof NotSent nothing ? notSent.apply(nothing) : lost.apply((Lost) this);
    }
}
