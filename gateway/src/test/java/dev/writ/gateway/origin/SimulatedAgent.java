package dev.writ.gateway.origin;

import dev.writ.gateway.origin.AgentDojo.Step;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.Scope;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.PolicyEngine;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** One agent at work for one person, without a gateway: what it has seen, and what it has done. */
final class SimulatedAgent {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static final long ROOM = 1L << 19;

    private final PolicyEngine engine;
    private final Map<ToolName, ToolDefinition> tools;
    private final Map<String, Provenance> provenance;
    private final Map<String, Set<String>> labels;
    private SeenTexts seen;

    /** The same writing as other agents of the person know it. */
    private SeenTexts elsewhere = SeenTexts.NONE;

    private History history = History.empty();
    private Optional<History> ofOthers = Optional.empty();
    private Optional<String> session = Optional.of("s");
    private long index;

    SimulatedAgent(
            PolicyEngine engine,
            Map<ToolName, ToolDefinition> tools,
            Map<String, Provenance> provenance,
            Map<String, Set<String>> labels,
            String task) {
        this.engine = engine;
        this.tools = tools;
        this.provenance = provenance;
        this.labels = labels;
        seen = SeenTexts.NONE.plus(Sighting.said(++index, NOW, "s", task), ROOM);
    }

    /** From now on it calls in a session in which the person said nothing. */
    void changeSession() {
        session = Optional.of("other");
    }

    /** Another agent of the same person, with the same task, that is told what this one wrote. */
    SimulatedAgent colleague(String task) {
        SimulatedAgent colleague = new SimulatedAgent(engine, tools, provenance, labels, task);
        colleague.seen = colleague.seen.withWritesOf(elsewhere);
        colleague.index = index;
        colleague.ofOthers = Optional.of(history);
        return colleague;
    }

    Effect decide(Step step) {
        ToolDefinition tool =
                Optional.ofNullable(tools.get(ToolName.parse(step.tool()))).orElseThrow();
        return engine.evaluate(new Facts(
                        new ToolCall(
                                CallId.mint(NOW, new Random(index)),
                                Optional.empty(),
                                tool.name(),
                                step.arguments(),
                                session,
                                Optional.empty()),
                        new Principal("agent", Optional.of("ana"), "key", List.of(), Set.of(Role.AGENT), "api-key"),
                        tool,
                        history,
                        Map.of(Scope.PERSON, ofOthers.orElse(history)),
                        engine.needsOrigins(tool.name())
                                ? Origins.of(step.arguments(), tool.inputSchema(), seen, session, NOW)
                                : List.of(),
                        List.of(),
                        NOW))
                .effect();
    }

    void carryOut(Step step, Optional<JsonValue> answer) {
        end(step, Outcome.SUCCEEDED);
        answer.ifPresent(value -> read(provenance.getOrDefault(step.tool(), Provenance.NONE), value));
    }

    /** The service refuses, and repeats what it was sent. */
    void fail(Step step) {
        end(step, Outcome.FAILED);
        read(Provenance.NONE, step.arguments());
    }

    /** Writes these arguments into whatever place it can, and is shown them again where only what is trusted should stand. */
    void takeNote(JsonObject arguments) {
        write(arguments);
        show(arguments);
    }

    void write(JsonObject arguments) {
        seen = seen.plusWritten(++index, NOW, arguments, ROOM);
        elsewhere = elsewhere.plusWrittenElsewhere(index, NOW, arguments, ROOM);
    }

    /** Is shown this where only what is trusted should stand, as a text and as a name. */
    void show(JsonValue note) {
        read(new Provenance(List.of("$"), List.of()), note);
        read(new Provenance(List.of(), List.of(), List.of("$..*"), List.of()), note);
    }

    private void read(Provenance declared, JsonValue value) {
        seen = seen.plusResult(++index, NOW, declared, value, ROOM);
    }

    private void end(Step step, Outcome outcome) {
        write(step.arguments());
        history = history.plus(new Past(
                index,
                CallId.mint(NOW, new Random(index)),
                ToolName.parse(step.tool()),
                step.arguments(),
                NOW,
                Effect.ALLOW,
                outcome,
                JsonObject.empty(),
                labels.getOrDefault(step.tool(), Set.of()),
                session));
    }
}
