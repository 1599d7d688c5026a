package dev.writ.gateway.problem;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An error on its way to the caller (RFC 9457).
 *
 * <p>The detail says what to do next. It holds no argument value, secret or personal datum: it may be logged.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public static final String MEDIA_TYPE = "application/problem+json";

    private final ProblemType type;
    private final String detail;
    private final transient Map<String, JsonValue> extensions = new LinkedHashMap<>();
    private String uri;
    private String title;

    public Problem(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.type = type;
        this.detail = detail;
        this.uri = "urn:writ:problem:" + type.slug();
        this.title = type.title();
    }

    /** Names it by the URI that another specification gives it, with a title that says what that stands for. */
    public Problem as(String named, String titled) {
        uri = named;
        title = titled;
        return this;
    }

    /** A further member, if it has it. */
    public Optional<JsonValue> extension(String member) {
        return Optional.ofNullable(extensions.get(member));
    }

    /** Adds a member beyond those of RFC 9457. */
    public Problem with(String member, JsonValue value) {
        extensions.put(member, value);
        return this;
    }

    public ProblemType type() {
        return type;
    }

    /** What is wrong, and what to do next. */
    public String detail() {
        return detail;
    }

    Map<String, String> headers(String mediaType) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", mediaType);
        if (type == ProblemType.UNAUTHENTICATED) {
            headers.put("WWW-Authenticate", "Bearer realm=\"writ\"");
        }
        if (type == ProblemType.TOO_MANY_REQUESTS || type == ProblemType.AUDIT_BACKPRESSURE) {
            headers.put("Retry-After", "1");
        }
        return headers;
    }

    /** The problem document. */
    public JsonObject document(String traceId) {
        JsonObject.Builder document = JsonObject.builder()
                .put("type", uri)
                .put("title", title)
                .put("status", type.status())
                .put("detail", detail)
                .put("category", type.category().name());
        if (!traceId.isEmpty()) {
            document.put("traceId", traceId);
        }
        extensions.forEach(document::put);
        return document.build();
    }
}
