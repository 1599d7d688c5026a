package dev.writ.gateway.problem;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.model.JsonException;
import io.opentelemetry.api.trace.Span;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where a failure becomes a problem document. */
public final class ProblemMapper {

    public static final String MEDIA_TYPE = "application/problem+json";

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    @ServerExceptionMapper
    RestResponse<byte[]> problem(Problem problem) {
        return respond(problem);
    }

    @ServerExceptionMapper
    RestResponse<byte[]> malformed(JsonException malformed) {
        return respond(of(malformed));
    }

    @ServerExceptionMapper
    RestResponse<byte[]> unavailable(AuditUnavailableException unavailable) {
        return respond(of(unavailable));
    }

    @ServerExceptionMapper
    RestResponse<byte[]> notMatched(WebApplicationException failure) {
        return respond(of(failure));
    }

    @ServerExceptionMapper
    RestResponse<byte[]> unexpected(Throwable unexpected) {
        LOG.error("unexpected failure", unexpected);
        return respond(new Problem(
                ProblemType.INTERNAL, "Something went wrong in the gateway. Give its operator the trace id."));
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

    private static Problem of(AuditUnavailableException unavailable) {
        return switch (unavailable.reason()) {
            case BACKPRESSURE ->
                new Problem(ProblemType.AUDIT_BACKPRESSURE, "Nothing was executed. Retry later with the same key.");
            case UNAVAILABLE, FAIL_CLOSED ->
                new Problem(ProblemType.AUDIT_UNAVAILABLE, "Nothing was executed. Retry with the same key.");
        };
    }

    private static Problem of(WebApplicationException failure) {
        if (failure instanceof NotFoundException) {
            return new Problem(ProblemType.NOT_FOUND, "There is no such path. /openapi lists those there are.");
        }
        if (failure instanceof NotAllowedException) {
            return new Problem(ProblemType.METHOD_NOT_ALLOWED, "/openapi lists the methods of each path.");
        }
        if (failure instanceof NotSupportedException) {
            return new Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.");
        }
        if (failure instanceof NotAcceptableException) {
            return new Problem(ProblemType.NOT_ACCEPTABLE, "Accept application/json.");
        }
        int status = failure.getResponse().getStatus();
        if (status == Response.Status.REQUEST_ENTITY_TOO_LARGE.getStatusCode()) {
            return new Problem(ProblemType.TOO_LARGE, "Send a smaller body.");
        }
        if (status < 500) {
            return new Problem(ProblemType.MALFORMED, "The request does not fit the path. /openapi describes it.");
        }
        LOG.error("unexpected failure", failure);
        return new Problem(
                ProblemType.INTERNAL, "Something went wrong in the gateway. Give its operator the trace id.");
    }

    private static RestResponse<byte[]> respond(Problem problem) {
        RestResponse.ResponseBuilder<byte[]> response = RestResponse.ResponseBuilder.create(
                        RestResponse.Status.fromStatusCode(problem.type().status()),
                        problem.document(traceId()).toBytes())
                .type(MEDIA_TYPE);
        if (problem.type().status() == 401) {
            response.header("WWW-Authenticate", "Bearer realm=\"writ\"");
        }
        if (problem.type().status() == 429 || problem.type() == ProblemType.AUDIT_BACKPRESSURE) {
            response.header("Retry-After", "1");
        }
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
