package dev.writ.connect.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Optional;

/** Reads the schemas that tools declare of their results. The gateway has one validator for arguments and results. */
@FunctionalInterface
public interface ResultSchemas {

    /**
     * Compiles a schema, without reading anything from elsewhere.
     *
     * @throws IllegalArgumentException that says why it cannot be used
     */
    ResultSchema compile(JsonObject schema);

    /** One compiled schema, safe to share between threads. */
    @FunctionalInterface
    interface ResultSchema {

        /** What is wrong with a result, without quoting it; empty if nothing is. */
        Optional<String> problem(JsonValue result);
    }
}
