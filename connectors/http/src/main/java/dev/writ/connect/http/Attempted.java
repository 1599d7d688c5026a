package dev.writ.connect.http;

import dev.writ.connect.ToolResult;
import java.util.Optional;

/**
 * What became of one request, and what that says of the service.
 *
 * @param trouble what shows that the service fails, in a sentence for operators: no connection, a connection that broke, no answer
 *     in time, or 502, 503 or 504. The next request may fare better
 */
record Attempted(ToolResult result, Optional<String> trouble) {

    /** The service works, whatever it answered. */
    static Attempted well(ToolResult result) {
        return new Attempted(result, Optional.empty());
    }

    static Attempted failing(ToolResult result, String trouble) {
        return new Attempted(result, Optional.of(trouble));
    }
}
