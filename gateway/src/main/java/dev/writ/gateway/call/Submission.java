package dev.writ.gateway.call;

import dev.writ.model.JsonObject;
import java.util.Optional;

/**
 * A call as a caller submits it, over whichever protocol. Nothing of it has been checked.
 *
 * @param key the client's own name for this call: sent again, it is the same call
 * @param tool the name of a tool
 * @param arguments complete
 * @param session from {@code POST /v1/sessions}
 * @param purpose what the agent says the call is for
 * @param onBehalfOf the person the agent acts for
 */
public record Submission(
        Optional<String> key,
        String tool,
        JsonObject arguments,
        Optional<String> session,
        Optional<String> purpose,
        Optional<String> onBehalfOf,
        Mode mode) {

    /** The same under that name of the client's. */
    public Submission with(String named) {
        return new Submission(Optional.of(named), tool, arguments, session, purpose, onBehalfOf, mode);
    }

    /** The same in that mode. */
    public Submission in(Mode other) {
        return new Submission(key, tool, arguments, session, purpose, onBehalfOf, other);
    }

    /** The same for that purpose. */
    public Submission about(Optional<String> said) {
        return new Submission(key, tool, arguments, session, said, onBehalfOf, mode);
    }

    @Override
    public String toString() {
        return "Submission[" + mode.text() + "]";
    }
}
