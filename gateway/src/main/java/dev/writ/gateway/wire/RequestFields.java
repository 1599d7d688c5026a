package dev.writ.gateway.wire;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what requests of several kinds have in common. Each method fails with a {@link Problem} that says what to send instead. */
public final class RequestFields {

    private static final int LONGEST_REASON = 1_000;

    private RequestFields() {}

    /** Why somebody does something: 1 to 1,000 characters, not all of them blank. */
    public static String reason(@Nullable String text) {
        return Optional.ofNullable(text)
                .filter(reason -> !reason.isBlank() && reason.length() <= LONGEST_REASON)
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED,
                        "'reason' has 1 to " + LONGEST_REASON + " characters. Nothing was recorded."));
    }

    /**
     * The id of a call.
     *
     * @param none what is said if no call can have it
     */
    public static CallId call(String text, Supplier<Problem> none) {
        try {
            return CallId.parse(text);
        } catch (IllegalArgumentException isNone) {
            throw none.get();
        }
    }

    /** The id of a call that waits for people, or did. */
    public static CallId waitingCall(String text) {
        return call(text, RequestFields::noneWaits);
    }

    /** No call of the id that was given waits for whoever asks. */
    public static Problem noneWaits() {
        return new Problem(ProblemType.NOT_FOUND, "No call of this id waits for you, or ever did.");
    }
}
