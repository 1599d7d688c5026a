package dev.writ.gateway.problem;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.PrunedException;
import dev.writ.audit.TooCostlyException;
import dev.writ.audit.VerificationException;
import dev.writ.model.JsonException;
import io.opentelemetry.api.trace.Span;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where a failure becomes a problem document. */
public final class ProblemMapper {

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    @ServerExceptionMapper
    public RestResponse<byte[]> problem(Problem problem, RoutingContext context) {
        return respond(problem, context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> malformed(JsonException malformed, RoutingContext context) {
        return respond(of(malformed), context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> unavailable(AuditUnavailableException unavailable, RoutingContext context) {
        return respond(of(unavailable), context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> tooCostly(TooCostlyException tooCostly, RoutingContext context) {
        return respond(
                new Problem(
                        ProblemType.UNPROCESSABLE,
                        "The answer would take too long. Ask for a shorter time, or filter by more."),
                context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> pruned(PrunedException pruned, RoutingContext context) {
        return respond(
                new Problem(
                        ProblemType.GONE,
                        "The log had it, and it was deleted when its time was over. Its hash is kept: whoever has a copy can"
                                + " prove it still. Nothing was executed."),
                context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> broken(VerificationException broken, RoutingContext context) {
        LOG.errorf(
                "what is read is not what the log signed, so it is not shown; run 'writ audit verify': %s",
                broken.getMessage());
        return respond(
                new Problem(
                        ProblemType.INTERNAL,
                        "The database does not hold what the log signed, so it is not shown. Have the gateway's operator run"
                                + " 'writ audit verify'."),
                context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> notMatched(WebApplicationException failure, RoutingContext context) {
        return respond(of(failure), context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> unauthenticated(UnauthorizedException missing, RoutingContext context) {
        return respond(unauthenticated(), context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> unauthenticated(AuthenticationFailedException wrong, RoutingContext context) {
        return respond(unauthenticated(), context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> forbidden(ForbiddenException forbidden, RoutingContext context) {
        return respond(ofStatus(ProblemType.FORBIDDEN.status()), context);
    }

    @ServerExceptionMapper
    public RestResponse<byte[]> unexpected(Throwable unexpected, RoutingContext context) {
        return respond(internal(unexpected), context);
    }

    /** What a text that is not the JSON it should be is told. */
    public static Problem of(JsonException malformed) {
        ProblemType type = switch (malformed.kind()) {
            case TOO_LARGE -> ProblemType.TOO_LARGE;
            case INEXACT_NUMBER, LONE_SURROGATE -> ProblemType.UNPROCESSABLE;
            case SYNTAX, TOO_DEEP, DUPLICATE_MEMBER -> ProblemType.MALFORMED;
        };
        return new Problem(type, sentence(malformed.what()));
    }

    /** What whoever asked in another way than over Writ's own HTTP is told of a failure. */
    public static Problem told(Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (failure instanceof JsonException malformed) {
            return of(malformed);
        }
        return failure instanceof AuditUnavailableException unavailable ? of(unavailable) : internal(failure);
    }

    /** What an append that did not come about is told as. */
    public static Problem of(AuditUnavailableException unavailable) {
        return switch (unavailable.reason()) {
            case BACKPRESSURE ->
                new Problem(ProblemType.AUDIT_BACKPRESSURE, "Nothing was executed. Retry later with the same key.");
            case UNAVAILABLE, FAIL_CLOSED ->
                new Problem(ProblemType.AUDIT_UNAVAILABLE, "Nothing was executed. Retry with the same key.");
        };
    }

    private static Problem of(WebApplicationException failure) {
        int status = failure.getResponse().getStatus();
        return status < 500 ? ofStatus(status) : internal(failure);
    }

    /** What whoever sent no credential that is live is told: not which one was wrong, nor why. */
    public static Problem unauthenticated() {
        return ofStatus(ProblemType.UNAUTHENTICATED.status());
    }

    /** What someone is told of whom nothing is known but the status, which is below 500. */
    static Problem ofStatus(int status) {
        ProblemType type = ProblemType.ofStatus(status);
        return new Problem(
                type,
                switch (type) {
                    case UNAUTHENTICATED -> "Send an API key that is live: Authorization: Bearer writ_<id>_<secret>.";
                    case FORBIDDEN ->
                        "Your key does not have the role for this. /openapi lists the roles; an administrator makes keys.";
                    case NOT_FOUND -> "There is no such path. /openapi lists those there are.";
                    case METHOD_NOT_ALLOWED -> "/openapi lists the methods of each path.";
                    case NOT_ACCEPTABLE -> "Accept application/json.";
                    case TOO_LARGE -> "Send a smaller body.";
                    case UNSUPPORTED_MEDIA_TYPE -> "Send the body as application/json.";
                    default -> "The request does not fit the path. /openapi describes it.";
                });
    }

    /** What someone is told of a failure that only the operator may see. */
    static Problem internal(Throwable unexpected) {
        LOG.error("unexpected failure", unexpected);
        return new Problem(
                ProblemType.INTERNAL,
                "Something went wrong in the gateway. Give its operator the "
                        + (traceId().isEmpty() ? "time." : "trace id."));
    }

    private static RestResponse<byte[]> respond(Problem problem, RoutingContext context) {
        Words.Told told = ProblemRoutes.tell(context, problem);
        RestResponse.ResponseBuilder<byte[]> response =
                RestResponse.ResponseBuilder.<byte[]>create(told.status()).entity(told.bytes());
        told.headers().forEach(response::header);
        return response.build();
    }

    public static String traceId() {
        var context = Span.current().getSpanContext();
        return context.isValid() ? context.getTraceId() : "";
    }

    private static String sentence(String message) {
        return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
    }
}
