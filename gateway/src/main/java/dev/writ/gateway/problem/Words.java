package dev.writ.gateway.problem;

import dev.writ.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** How whoever speaks another protocol than Writ's own is told of a problem. */
@FunctionalInterface
public interface Words {

    /** For protocols whose errors are a text. */
    Words SENTENCE = problem -> {
        String trace = ProblemMapper.traceId();
        return new Told(
                problem.type().status(),
                problem.headers("text/plain;charset=UTF-8"),
                problem.detail() + (trace.isEmpty() ? "" : " (trace " + trace + ")"));
    };

    /** The problem document (RFC 9457). */
    Words DOCUMENT = problem -> new Told(
            problem.type().status(),
            problem.headers(Problem.MEDIA_TYPE),
            problem.document(ProblemMapper.traceId()).toJson());

    Told of(Problem problem);

    /** What is sent. */
    record Told(int status, Map<String, String> headers, String body) {
        public Told {
            headers = Map.copyOf(headers);
        }

        /** With status 200: to some callers any other status means that nobody objects. */
        public static Told ok(JsonObject body, Map<String, String> more) {
            Map<String, String> headers = new LinkedHashMap<>(more);
            headers.put("Content-Type", "application/json");
            return new Told(200, headers, body.toJson());
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.UTF_8);
        }
    }
}
