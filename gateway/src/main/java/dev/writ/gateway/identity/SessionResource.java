package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where the program around a model says what the model is set to do. The model itself cannot: it would choose its own task. */
@Path("/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Sessions")
class SessionResource {

    private static final int LONGEST_TASK = 20_000;

    private final Sessions sessions;
    private final Callers callers;

    SessionResource(Sessions sessions, Callers callers) {
        this.sessions = sessions;
        this.callers = callers;
    }

    /**
     * @param task what the agent is to do, in the person's words; kept encrypted
     * @param onBehalfOf the person, if there is one; the key must list them
     * @param agent the key's own agent, which is also the default
     */
    record Opening(
            @Nullable String task,
            @Nullable String onBehalfOf,
            @Nullable String agent) {}

    /** @param id to be sent as {@code session} with each call */
    record Opened(String id, String agent) {}

    @POST
    @RolesAllowed("application")
    @Operation(summary = "Open a session for an agent and the person it acts for")
    @APIResponse(responseCode = "201", description = "Its id; only this agent can use it, and only for this person")
    @APIResponse(responseCode = "403", description = "The key may not act for that person, or belongs to another agent")
    public Uni<RestResponse<Opened>> open(Opening opening) {
        Principal application = callers.principal(Optional.ofNullable(opening.onBehalfOf()));
        String task = task(opening.task());
        if (opening.agent() != null && !opening.agent().equals(application.agent())) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "This key opens sessions for its own agent only. Use a key of the other agent.");
        }
        return sessions.open(application, task)
                .map(session ->
                        RestResponse.status(RestResponse.Status.CREATED, new Opened(session.id(), session.agent())));
    }

    /**
     * @param text what the person said, in their words; kept encrypted
     * @param onBehalfOf the person, if the session is for one
     */
    record Turn(@Nullable String text, @Nullable String onBehalfOf) {}

    /** @param index of its entry: calls decided after it know what was said */
    record Recorded(long index) {}

    @POST
    @Path("{id}/turns")
    @RolesAllowed("application")
    @Operation(
            summary = "Record what the person said later in a session",
            description =
                    "Rules can trust values that the person named: in the task, or in a turn of the session that a call names.")
    @APIResponse(responseCode = "201", description = "The index of its entry")
    @APIResponse(responseCode = "404", description = "The caller's agent has no such session for this person")
    public Uni<RestResponse<Recorded>> turn(@PathParam("id") String id, Turn turn) {
        Principal application = callers.principal(Optional.ofNullable(turn.onBehalfOf()));
        return sessions.say(id, application, words("text", turn.text()))
                .map(
                        index -> RestResponse.status(
                                RestResponse.Status.CREATED,
                                new Recorded(
                                        index.orElseThrow(
                                                () -> new Problem(
                                                        ProblemType.NOT_FOUND,
                                                        "This agent has no such session for this person. Open one, or name the person that it is for.")))));
    }

    private static String task(@Nullable String task) {
        return words("task", task);
    }

    private static String words(String member, @Nullable String text) {
        if (text == null || text.isBlank() || text.length() > LONGEST_TASK) {
            throw new Problem(
                    ProblemType.MALFORMED, "'" + member + "' is a text of 1 to " + LONGEST_TASK + " characters.");
        }
        return text;
    }
}
