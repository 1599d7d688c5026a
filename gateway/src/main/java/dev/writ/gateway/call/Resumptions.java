package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.connect.Dialogue;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.catalog.ToolDefinitions;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import dev.writ.model.AgentBuild;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
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
import java.util.stream.Collectors;

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
    private final InstantSource clock;

    Resumptions(
            CallStates states,
            Enforcement enforcement,
            Catalog catalog,
            ToolDefinitions definitions,
            CallConfig config,
            Witnessing witnessing,
            InstantSource clock) {
        this.states = states;
        this.enforcement = enforcement;
        this.catalog = catalog;
        this.definitions = definitions;
        this.config = config;
        this.witnessing = witnessing;
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
        Recorded waiting = entries.get(0);
        Optional<PinnedTool> pinned = catalog.tool(CallEntries.tool(waiting.entry()));
        return definition(waiting.entry(), pinned).map(definition -> attempt(waiting, approval, pinned, definition));
    }

    /** As it was when the call was submitted; whether it still is, is for the decision to say. */
    private Uni<ToolDefinition> definition(Entry entry, Optional<PinnedTool> pinned) {
        Digest digest = new Digest(entry.body().text("definition").orElseThrow());
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

    private Attempt attempt(
            Recorded waiting, Approval approval, Optional<PinnedTool> pinned, ToolDefinition definition) {
        Entry entry = waiting.entry();
        Optional<JsonObject> facts = CallEntries.input(entry, CallEntries.FACTS);
        Optional<String> onBehalfOf = facts.flatMap(input -> input.text("onBehalfOf"));
        ToolCall call = new ToolCall(
                CallEntries.call(entry),
                // It has named the first decision.
                Optional.empty(),
                CallEntries.tool(entry),
                facts.flatMap(input -> input.object("arguments")).orElse(JsonObject.empty()),
                entry.column(Column.SESSION),
                facts.flatMap(input -> input.text("purpose")));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return new Attempt(
                call,
                principal(entry, facts, onBehalfOf),
                Identity.of(entry).orElseThrow(),
                definition,
                // Without its arguments it is not the call that was approved.
                pinned.filter(tool -> facts.isPresent()),
                CallEntries.mode(entry),
                entry.body().text("argumentsMac").orElseThrow(),
                now,
                now.plus(config.deadline()),
                new Round.Approved(
                        waiting.index(),
                        approval.grants(),
                        facts.flatMap(CallEntries::sent).orElse(JsonObject.empty()),
                        Optional.empty()),
                // Whoever submitted it has been told that it waits.
                Dialogue.NONE);
    }

    private static Principal principal(Entry entry, Optional<JsonObject> facts, Optional<String> onBehalfOf) {
        return new Principal(
                entry.column(Column.AGENT).orElseThrow(),
                onBehalfOf,
                entry.body().text("client").orElseThrow(),
                facts.flatMap(input -> input.array("actorChain"))
                        .map(JsonArray::texts)
                        .orElse(List.of()),
                entry.body().array("roles").map(JsonArray::texts).orElse(List.of()).stream()
                        .map(Role::parse)
                        .collect(Collectors.toSet()),
                entry.body().text("assurance").orElseThrow(),
                entry.body().object("agentBuild").map(AgentBuild::fromJson).orElse(AgentBuild.UNKNOWN));
    }
}
