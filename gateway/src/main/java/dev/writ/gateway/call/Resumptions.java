package dev.writ.gateway.call;

import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.catalog.ToolDefinitions;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes up the calls that people have approved. Woken by a task that was enqueued with the last approval, so a call goes on
 * whether or not anybody waits for it, on whichever replica is there first.
 */
@ApplicationScoped
class Resumptions implements TaskHandler {

    /** A thread that waited would be missing for others. */
    private static final Duration UNTIL_WITNESSED = Duration.ofSeconds(1);

    private final CallStates states;
    private final Enforcement enforcement;
    private final Catalog catalog;
    private final ToolDefinitions definitions;
    private final CallConfig config;
    private final Witnessing witnessing;
    private final Pseudonyms pseudonyms;
    private final InstantSource clock;

    Resumptions(
            CallStates states,
            Enforcement enforcement,
            Catalog catalog,
            ToolDefinitions definitions,
            CallConfig config,
            Witnessing witnessing,
            Pseudonyms pseudonyms,
            InstantSource clock) {
        this.states = states;
        this.enforcement = enforcement;
        this.catalog = catalog;
        this.definitions = definitions;
        this.config = config;
        this.witnessing = witnessing;
        this.pseudonyms = pseudonyms;
        this.clock = clock;
    }

    @Override
    public String task() {
        return Approvals.RESUME;
    }

    /**
     * Completes when the second decision is durable; carrying the call out goes on without holding the task. What somebody else
     * carries out is decided when they come for it ({@link Uses}).
     */
    @Override
    public Uni<Next> run(String instance) {
        return states.entries(CallId.parse(instance)).chain(entries -> {
            CallState state = CallState.of(entries);
            if (state.approval()
                    .filter(approval -> approval.state() == Approval.State.OPEN)
                    .isPresent()) {
                // The task is there because the last approval is.
                throw new NotYetException("its approval has not been read yet");
            }
            return state.approval()
                    .filter(approval -> state.isWaiting() && approval.state() == Approval.State.APPROVED)
                    .map(approval -> resume(entries, approval))
                    .orElseGet(() -> Uni.createFrom().item(Next.done()));
        });
    }

    private Uni<Next> resume(List<Recorded> entries, Approval approval) {
        boolean mayGoOn = approval.grants().stream()
                .allMatch(grant -> witnessing.allows(Witnessing.Operation.APPROVALS, grant.index()));
        return mayGoOn
                ? attempt(entries, approval).chain(enforcement::resume).replaceWith(Next.done())
                : Uni.createFrom().item(Next.again(clock.instant().plus(UNTIL_WITNESSED)));
    }

    private Uni<Attempt> attempt(List<Recorded> entries, Approval approval) {
        WaitingCall waiting = new WaitingCall(entries.get(0), approval);
        Optional<PinnedTool> pinned = catalog.tool(waiting.tool());
        return definition(waiting, pinned).map(definition -> attempt(waiting, pinned, definition));
    }

    /** As it was when the call was submitted; whether it still is, is for the decision to say. */
    private Uni<ToolDefinition> definition(WaitingCall waiting, Optional<PinnedTool> pinned) {
        Digest digest = waiting.definition();
        return pinned.map(PinnedTool::definition)
                .filter(definition -> definition.digest().equals(digest))
                .map(Uni.createFrom()::item)
                .orElseGet(() -> definitions
                        .read(Set.of(digest))
                        .map(found -> found.stream()
                                .findFirst()
                                .orElseThrow(() ->
                                        new NotYetException("the definition it was submitted for is not there"))));
    }

    private Attempt attempt(WaitingCall waiting, Optional<PinnedTool> pinned, ToolDefinition definition) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        JsonObject arguments = waiting.arguments().orElse(JsonObject.empty());
        return waiting.attempt(
                arguments,
                waiting.argumentsMac(pseudonyms),
                definition,
                // Without its arguments it is not the call that was approved.
                pinned.filter(tool -> waiting.arguments().isPresent()),
                now,
                now.plus(config.deadline()),
                waiting.approved());
    }
}
