package dev.writ.gateway.notice;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.QueryParameters;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What people should have been told and were not. */
@Path("/v1/notifications/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Notifications")
public class DeadLetterResource {

    private final DeadLetters letters;
    private final Callers callers;

    DeadLetterResource(DeadLetters letters, Callers callers) {
        this.letters = letters;
        this.callers = callers;
    }

    @GET
    @RolesAllowed({"operator", "auditor", "admin"})
    @Operation(summary = "Notifications that were given up, oldest first")
    @APIResponse(
            responseCode = "200",
            description = "One page: channel, event, call, attempts, and what came of the last")
    public Uni<Page<DeadLetters.Letter>> list(
            @QueryParam("cursor") @Nullable String cursor, @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        long after = QueryParameters.number("cursor", cursor, 0, Long.MAX_VALUE).orElse(0L);
        return letters.list(page, after);
    }

    @POST
    @Path("{id}/retry")
    @RolesAllowed({"operator", "admin"})
    @Operation(summary = "Send a notification after all that was given up")
    @APIResponse(responseCode = "204", description = "It is sent again, as often as if it were new")
    @APIResponse(responseCode = "404", description = "No dead letter has this id")
    public Uni<Void> retry(@PathParam("id") String id) {
        Actor actor = Actor.of(callers.principal());
        return find(id).chain(found -> letters.retry(
                actor,
                found.orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND,
                        "No dead letter has this id. GET /v1/notifications/dead-letters lists those there are."))));
    }

    private Uni<Optional<DeadLetters.Letter>> find(String id) {
        return id.matches("[0-9]{1,18}")
                ? letters.find(Long.parseLong(id))
                : Uni.createFrom().item(Optional.empty());
    }
}
