package dev.writ.gateway.problem;

import java.util.Locale;
import java.util.stream.Stream;

/** Every error there is, with its status. The {@code type} member is {@code urn:writ:problem:} and {@link #slug()}. */
public enum ProblemType {
    MALFORMED(400, Category.CALLER, "The request is malformed"),
    INVALID_ARGUMENTS(400, Category.CALLER, "The arguments do not fit the tool"),
    UNAUTHENTICATED(401, Category.CALLER, "Credentials are missing or not valid"),
    FORBIDDEN(403, Category.CALLER, "The role for this is missing"),
    ERASED(403, Category.CALLER, "What was recorded of them was erased"),
    DENIED(403, Category.POLICY, "The call was denied"),
    NOT_FOUND(404, Category.CALLER, "There is no such thing"),
    METHOD_NOT_ALLOWED(405, Category.CALLER, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, Category.CALLER, "The answer is JSON"),
    CONFLICT(409, Category.CALLER, "It contradicts what is there already"),
    GONE(410, Category.CALLER, "It was deleted when its time was over"),
    TOO_LARGE(413, Category.CALLER, "The request is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, Category.CALLER, "The request must be JSON"),
    UNPROCESSABLE(422, Category.CALLER, "The content cannot be accepted"),
    TOO_MANY_REQUESTS(429, Category.CALLER, "Too many requests"),
    INTERNAL(500, Category.GATEWAY, "Internal error"),
    TOOL_FAILED(502, Category.CONNECTOR, "The tool failed"),
    AUDIT_UNAVAILABLE(503, Category.GATEWAY, "The audit log is not available"),
    AUDIT_BACKPRESSURE(503, Category.GATEWAY, "The audit log is busy"),
    ABANDONED(503, Category.GATEWAY, "The call was never sent"),
    NOT_WITNESSED(503, Category.GATEWAY, "It is recorded, but not witnessed yet"),
    NOT_READY(503, Category.GATEWAY, "The gateway is not ready"),
    OUTCOME_UNKNOWN(504, Category.CONNECTOR, "The outcome is unknown");

    private final int status;
    private final Category category;
    private final String title;

    ProblemType(int status, Category category, String title) {
        this.status = status;
        this.category = category;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public Category category() {
        return category;
    }

    public String title() {
        return title;
    }

    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The first type of that status; {@link #MALFORMED} for another one below 500. */
    public static ProblemType ofStatus(int status) {
        return Stream.of(values())
                .filter(type -> type.status == status)
                .findFirst()
                .orElse(status < 500 ? MALFORMED : INTERNAL);
    }
}
