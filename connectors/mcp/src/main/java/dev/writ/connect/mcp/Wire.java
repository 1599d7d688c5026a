package dev.writ.connect.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** The way to a server. Everything in it happens on the connector's event loop, so one thing at a time. */
interface Wire {

    /** Sends a request, and gives the receiver what comes for it, until it is answered or given up. */
    Ongoing send(Outgoing request, Receiver receiver);

    /** Sends what has no answer: a notification, or an answer. Completes when the server has it; never fails. */
    Future<Void> post(JsonObject message, Map<String, String> headers);

    /** Waits for messages that belong to no request, where that takes something. */
    Ongoing listen(Map<String, String> headers, Receiver receiver);

    /** Whether a request that is given up is cancelled by that alone. */
    boolean closingCancels(boolean modern);

    void close();

    /**
     * A request of ours.
     *
     * @param headers of HTTP
     * @param resumable what is missing of its answer can be asked for again (2025-11-25, Resumability)
     */
    record Outgoing(JsonValue id, JsonObject message, Map<String, String> headers, boolean resumable) {
        Buffer body() {
            return Buffer.buffer(message.toJson());
        }
    }

    /** A request under way. */
    @FunctionalInterface
    interface Ongoing {
        /** Nothing further is given to the receiver. */
        void abandon();
    }

    /** Hears what becomes of a request. */
    interface Receiver {
        /** From here on the server may do it. */
        default void sent() {}

        /** The answer begins. */
        default void head(MultiMap headers) {}

        /** The server has ended the stream and will be asked for the rest of it (2025-11-25, Sending Messages to the Server). */
        default void paused() {}

        /**
         * One message of the server.
         *
         * @param bytes as they came
         */
        void message(Message message, byte[] bytes);

        /** Nothing further comes. */
        void ended(Ending ending);
    }
}
