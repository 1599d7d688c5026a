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

    private Submitting() {}

    static Submission of(Asked asked, ToolName tool, JsonObject arguments) {
        return new Submission(
                asked.meta().text(KEY),
                tool.value(),
                arguments,
                asked.said(SESSION, "Writ-Session"),
                asked.said(PURPOSE, "Writ-Purpose"),
                onBehalfOf(asked),
                Mode.EXECUTE);
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
