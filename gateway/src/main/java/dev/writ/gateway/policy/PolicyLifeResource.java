package dev.writ.gateway.policy;

import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where people let a published version take its steps. */
@Path("/v1/policies")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Policies")
public class PolicyLifeResource {

    private static final int LEAST = 1;
    private static final int MOST = 99;
    private static final int WIDEST = 100;

    private final PolicyLife life;
    private final Callers callers;

    PolicyLifeResource(PolicyLife life, Callers callers) {
        this.life = life;
        this.callers = callers;
    }

    /**
     * That a step was taken.
     *
     * @param index of the entry from which on the step is in force
     */
    public record Taken(long index) {}

    /**
     * How much of the calls a version is to decide.
     *
     * @param percent of identities that it is to decide for, 1 to 99
     * @param band percent points that the share of denied, escalated or failed calls may be away from the rest's, 1 to 100;
     *     {@code writ.policy.canary.band} without it
     */
    public record Share(@Nullable Integer percent, @Nullable Integer band) {}

    @POST
    @Path("{digest}/shadow")
    @RolesAllowed({"author", "reviewer"})
    @Operation(summary = "Let a version decide without effect, beside what decides; its flips are listed")
    @APIResponse(responseCode = "200", description = "It does, in place of another version in the shadow of its name")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    @APIResponse(responseCode = "409", description = "It decides already, or has a rule that another bundle has too")
    public Uni<Taken> shadow(@PathParam("digest") String digest) {
        return life.shadow(callers.approver(), PolicyResource.digest(digest)).map(Taken::new);
    }

    @DELETE
    @Path("{digest}/shadow")
    @RolesAllowed({"author", "reviewer"})
    @Operation(summary = "End the shadow of a version")
    @APIResponse(responseCode = "200", description = "It has ended")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    @APIResponse(responseCode = "409", description = "The version is not in the shadow")
    public Uni<Taken> unshadow(@PathParam("digest") String digest) {
        return life.unshadow(callers.approver(), PolicyResource.digest(digest)).map(Taken::new);
    }

    @POST
    @Path("{digest}/approve")
    @RolesAllowed("reviewer")
    @Operation(summary = "Say that a version may decide; it does not do so yet")
    @APIResponse(responseCode = "200", description = "Recorded, now or earlier")
    @APIResponse(responseCode = "403", description = "The reviewer is the person who published it, or is none")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    public Uni<Taken> approve(@PathParam("digest") String digest) {
        return life.approve(callers.approver(), PolicyResource.digest(digest)).map(Taken::new);
    }

    @POST
    @Path("{digest}/canary")
    @RolesAllowed("reviewer")
    @Operation(summary = "Let a version decide for a share of identities, in place of the active version of its name")
    @APIResponse(responseCode = "200", description = "It does")
    @APIResponse(responseCode = "403", description = "The reviewer published it, or is none")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    @APIResponse(
            responseCode = "409",
            description = "It is active, nobody approved it, or a rule has the name of another")
    public Uni<Taken> canary(@PathParam("digest") String digest, Share share) {
        int percent = Optional.ofNullable(share.percent())
                .filter(value -> value >= LEAST && value <= MOST)
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED,
                        "'percent' is 1 to 99: the share of identities that the version decides for. For all of them,"
                                + " activate it."));
        return life.canary(callers.approver(), PolicyResource.digest(digest), percent, band(share))
                .map(Taken::new);
    }

    private static OptionalInt band(Share share) {
        Integer band = share.band();
        if (band == null) {
            return OptionalInt.empty();
        }
        if (band < LEAST || band > WIDEST) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'band' is 1 to 100: the percent points by which the version may be away from the rest.");
        }
        return OptionalInt.of(band);
    }

    @POST
    @Path("{digest}/activate")
    @RolesAllowed("reviewer")
    @Operation(summary = "Let a version decide from the next entry on, in place of the active version of its name")
    @APIResponse(responseCode = "200", description = "It decides")
    @APIResponse(responseCode = "403", description = "The reviewer published it or is none, or its scope is too large")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    @APIResponse(responseCode = "409", description = "Nobody approved it, or a rule has the name of another bundle's")
    public Uni<Taken> activate(@PathParam("digest") String digest) {
        return life.activate(callers.approver(), PolicyResource.digest(digest)).map(Taken::new);
    }

    @POST
    @Path("{digest}/deactivate")
    @RolesAllowed("reviewer")
    @Operation(summary = "End the active version: no version of its name decides any more")
    @APIResponse(
            responseCode = "200",
            description = "It does not decide any more, and neither does a canary of its name")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    @APIResponse(responseCode = "409", description = "The version is not active")
    public Uni<Taken> deactivate(@PathParam("digest") String digest) {
        return life.deactivate(callers.approver(), PolicyResource.digest(digest))
                .map(Taken::new);
    }

    @POST
    @Path("{name}/rollback")
    @RolesAllowed("reviewer")
    @Operation(summary = "End the canary of a name, or else let the version decide that was active before")
    @APIResponse(responseCode = "200", description = "Done, from the next entry on")
    @APIResponse(responseCode = "409", description = "There is nothing to go back to")
    public Uni<Taken> rollBack(@PathParam("name") String name) {
        return life.rollBack(callers.approver(), name).map(Taken::new);
    }
}
