package dev.writ.gateway.policy;

import dev.writ.audit.Receipt;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.RequestFields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where operators stop calls, and let them go on. */
@Path("/v1/kill-switch")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Kill switch")
public class KillSwitchResource {

    private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private final KillSwitch killSwitch;
    private final Journal journal;
    private final Callers callers;

    KillSwitchResource(KillSwitch killSwitch, Journal journal, Callers callers) {
        this.killSwitch = killSwitch;
        this.journal = journal;
        this.callers = callers;
    }

    /**
     * What is to be stopped, or to go on.
     *
     * @param scope {@code everything}, {@code agent}, {@code tool} or {@code connector}
     * @param name of the agent, tool or connector, whether or not there is one now
     * @param engaged whether calls are stopped from now on
     */
    public record Change(
            @Nullable String scope,
            @Nullable String name,
            @Nullable Boolean engaged,
            @Nullable String reason) {}

    /** What stops calls now. */
    public record State(List<Engaged> engaged) {}

    /**
     * What is stopped after a change.
     *
     * @param index of the entry from which on the change is in force
     */
    public record Changed(long index, List<Engaged> engaged) {}

    /**
     * Something that is stopped.
     *
     * @param index of its entry in the log
     */
    public record Engaged(
            String scope, Optional<String> name, Optional<String> reason, String actor, Instant since, long index) {

        static Engaged of(KillEntry entry) {
            return new Engaged(
                    entry.target().scope().text(),
                    Optional.of(entry.target().name()).filter(name -> !name.isEmpty()),
                    entry.reason(),
                    entry.actor(),
                    entry.at(),
                    entry.index());
        }
    }

    @POST
    @RolesAllowed("operator")
    @Operation(summary = "Stop calls, or let them go on; outranks every rule")
    @APIResponse(responseCode = "200", description = "In force: no later entry allows what is stopped")
    public Uni<Changed> change(Change change) {
        KillTarget target = target(change);
        boolean stop = Optional.ofNullable(change.engaged())
                .orElseThrow(() -> malformed("'engaged' is true to stop calls and false to let them go on."));
        return journal.record(
                        Actor.of(callers.principal()),
                        KillEntry.KIND,
                        List.of(),
                        Set.of(Topics.KILL_SWITCH),
                        Map.of(),
                        KillEntry.body(target, stop),
                        KillEntry.inputs(RequestFields.reason(change.reason())),
                        List.of())
                .map(receipt -> new Changed(
                        receipt.fold(created -> created.recorded().index(), Receipt.Existing::index), engaged()));
    }

    @GET
    @RolesAllowed({"operator", "auditor", "admin"})
    @Operation(summary = "What is stopped now")
    public State state() {
        return new State(engaged());
    }

    private List<Engaged> engaged() {
        return killSwitch.state().engaged().stream().map(Engaged::of).toList();
    }

    private static KillTarget target(Change change) {
        KillScope scope = Optional.ofNullable(change.scope())
                .flatMap(KillScope::parse)
                .orElseThrow(() -> malformed("'scope' is everything, agent, tool or connector."));
        String name = Objects.requireNonNullElse(change.name(), "");
        if (scope == KillScope.EVERYTHING != name.isEmpty()) {
            throw malformed("'name' is the agent, tool or connector to stop, and is left out to stop everything.");
        }
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            throw malformed("'name' has at most 128 printable characters of ASCII.");
        }
        return new KillTarget(scope, name);
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
