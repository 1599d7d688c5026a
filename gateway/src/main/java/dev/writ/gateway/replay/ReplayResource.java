package dev.writ.gateway.replay;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.policy.Candidates;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where security teams see what a change would have done to calls that were decided already. */
@Path("/v1/policy-replays")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed({"author", "reviewer"})
@Tag(name = "Policies")
public class ReplayResource {

    private final Replays replays;
    private final Candidates candidates;
    private final Callers callers;

    ReplayResource(Replays replays, Candidates candidates, Callers callers) {
        this.replays = replays;
        this.candidates = candidates;
        this.callers = callers;
    }

    /**
     * What is to be replayed.
     *
     * @param digest of a bundle that was published
     * @param files instead of that, a bundle that was not: text by path
     * @param from first index; 0 if left out
     * @param to end of the indices, exclusive; the size of the log if left out
     * @param since instead of {@code from}, a time
     * @param until instead of {@code to}, a time
     * @param check whether the bundles that decided are asked too, if they say again what was recorded; true if left out
     */
    public record Submission(
            @Nullable String digest,
            @Nullable Map<String, String> files,
            @Nullable Long from,
            @Nullable Long to,
            @Nullable String since,
            @Nullable String until,
            @Nullable Boolean check) {}

    @POST
    @Operation(
            summary = "Ask a bundle about decisions that were made already",
            description = "Changes nothing and calls no tool. Runs on this replica; ask it how far it is.")
    @APIResponse(responseCode = "202", description = "It runs; 'Location' says where its state and report are")
    @APIResponse(responseCode = "404", description = "There is no such bundle")
    @APIResponse(responseCode = "422", description = "The bundle cannot be used, or that is no range of this log")
    @APIResponse(responseCode = "429", description = "Two replays run here already")
    public Uni<RestResponse<Run.Shown>> start(Submission submission) {
        Actor actor = Actor.of(callers.principal());
        Replays.Range range = range(submission);
        return candidate(submission)
                .chain(candidate -> replays.start(actor, candidate, range))
                .map(run -> RestResponse.ResponseBuilder.create(RestResponse.Status.ACCEPTED, run.shown())
                        .location(URI.create("/v1/policy-replays/" + run.id()))
                        .build());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "How far a replay is, and once it is done what it found")
    @APIResponse(responseCode = "200", description = "Its state; with 'report' if that is done")
    @APIResponse(responseCode = "404", description = "This replica has no such replay, or not any more")
    public Run.Shown find(@PathParam("id") String id) {
        return run(id).shown();
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Stop a replay; nothing is recorded of it")
    @APIResponse(responseCode = "200", description = "Its state")
    public Run.Shown cancel(@PathParam("id") String id) {
        Run run = run(id);
        run.cancel();
        return run.shown();
    }

    private Run run(String id) {
        return replays.find(id)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND,
                        "This replica has no such replay. It keeps the last 20 until it stops; start it again."));
    }

    private Uni<PolicyEngine> candidate(Submission submission) {
        Map<String, String> files = submission.files();
        String digest = submission.digest();
        if ((files == null) == (digest == null)
                || (files != null && (files.isEmpty() || files.values().stream().anyMatch(Objects::isNull)))) {
            throw malformed("Name a published bundle as 'digest', or give the text of each file as 'files'.");
        }
        return files != null
                ? candidates.of(files)
                : candidates.published(Optional.ofNullable(digest)
                        .filter(Digest::isWellFormed)
                        .map(Digest::new)
                        .orElseThrow(() -> malformed("'digest' is sha256: and 64 hexadecimal digits.")));
    }

    private static Replays.Range range(Submission asked) {
        Optional<Long> from = index("from", asked.from());
        Optional<Long> to = index("to", asked.to());
        Optional<Instant> since = time("since", asked.since());
        Optional<Instant> until = time("until", asked.until());
        if ((from.isPresent() && since.isPresent()) || (to.isPresent() && until.isPresent())) {
            throw malformed("A range begins at 'from' or 'since', and ends at 'to' or 'until'.");
        }
        return new Replays.Range(from, to, since, until, !Boolean.FALSE.equals(asked.check()));
    }

    private static Optional<Long> index(String name, @Nullable Long index) {
        if (index != null && index < 0) {
            throw malformed("'" + name + "' is an index of the log, from 0.");
        }
        return Optional.ofNullable(index);
    }

    private static Optional<Instant> time(String name, @Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException malformed) {
            throw malformed("'" + name + "' is a time such as 2026-05-01T00:00:00Z.");
        }
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
