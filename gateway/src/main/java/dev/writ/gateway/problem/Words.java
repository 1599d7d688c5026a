package dev.writ.gateway.problem;

import dev.writ.model.JsonObject;
import java.util.Map;

/**
 * How whoever speaks another protocol is told of a problem. The response has status 200: to some callers any other status means that
 * nobody objects.
 */
@FunctionalInterface
public interface Words {

    Told of(Problem problem);

    /** What is sent in place of the problem document. */
    record Told(JsonObject body, Map<String, String> headers) {
        public Told {
            headers = Map.copyOf(headers);
        }
    }
}
