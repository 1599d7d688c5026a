package dev.writ.gateway.mcp;

import dev.writ.gateway.call.Mode;
import dev.writ.gateway.call.Submission;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import java.util.Optional;

/** A request as a call to be decided, with what {@code _meta} or headers say besides. */
final class Submitting {

    static final String KEY = "dev.writ/key";
    static final String SESSION = "dev.writ/session";
    static final String PURPOSE = "dev.writ/purpose";
    static final String ON_BEHALF_OF = "dev.writ/onBehalfOf";
    static final String MODE = "dev.writ/mode";

    private Submitting() {}

    static Submission of(Asked asked, ToolName tool, JsonObject arguments) {
        return new Submission(
                asked.meta().text(KEY),
                tool.value(),
                arguments,
                asked.said(SESSION, "Writ-Session"),
                asked.said(PURPOSE, "Writ-Purpose"),
                onBehalfOf(asked),
                mode(asked));
    }

    /** Nothing is only decided here: the client could not tell a decision from what it decides about. */
    static Mode mode(Asked asked) {
        return asked.said(MODE, "Writ-Mode")
                .map(text -> Mode.named(text)
                        .filter(mode -> mode != Mode.DECIDE)
                        .orElseThrow(() -> McpException.invalid("'" + MODE + "' is execute or rehearse.")))
                .orElse(Mode.EXECUTE);
    }

    static Optional<String> onBehalfOf(Asked asked) {
        return asked.said(ON_BEHALF_OF, "Writ-On-Behalf-Of");
    }

    /** None at all are as good as none inside. */
    static JsonObject arguments(Asked asked) {
        return asked.params()
                .get("arguments")
                .map(given -> {
                    if (given instanceof JsonObject object) {
                        return object;
                    }
                    throw McpException.invalid("'arguments' is an object.");
                })
                .orElseGet(JsonObject::empty);
    }
}
