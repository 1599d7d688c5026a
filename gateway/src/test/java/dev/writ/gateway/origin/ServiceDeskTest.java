package dev.writ.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.writ.gateway.catalog.DeclaredExtracts;
import dev.writ.gateway.origin.TauBench.Action;
import dev.writ.gateway.origin.TauBench.Task;
import dev.writ.model.CallId;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCompiler;
import dev.writ.rules.PolicyEngine;
import dev.writ.rules.ToolListing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packs of service desks against an agent that solves real tasks as its policy has it: it looks things up, and then does what the
 * solution does. Extracts and provenance are those of the packs' READMEs.
 *
 * <p>{@code -Dwrit.tau=DIR} says where the tasks' databases are, as {@code DIR/airline/db.json} or a file for each table. Without them
 * look-ups answer what the calls presuppose.
 */
class ServiceDeskTest {

    private static final Path PACKS = Path.of("..", "rules", "packs");
    /** Three in the afternoon in New York, when all the tasks happen. */
    private static final Instant NOW = Instant.parse("2024-05-15T19:00:00Z");

    private static final String SESSION = "s";
    private static final long ROOM = 1L << 19;
    private static final Map<String, List<String>> TABLES = Map.of(
            "airline", List.of("users", "reservations", "flights"), "retail", List.of("users", "orders", "products"));

    @ParameterizedTest
    @CsvSource({"airline, 26", "retail, 120"})
    void allowsWhatSolvesTheTasksOrAsksWhereThePolicyWantsAReason(String pack, int writes) throws IOException {
        Optional<TauBench> found = TauBench.find();
        assumeThat(found)
                .as("public cases: no folder above this module has shared/cases/tau")
                .isPresent();
        Optional<Path> data = Optional.ofNullable(System.getProperty("writ.tau"))
                .map(folder -> Path.of(folder).resolve(pack));
        Registration registration = Registration.of(pack);
        List<String> said = new ArrayList<>();
        List<String> refusedLooks = new ArrayList<>();
        try (PolicyEngine engine = engine(registration)) {
            for (Task task : found.orElseThrow().tasks(pack)) {
                DeskWorld world = pack.equals("airline") ? new AirlineWorld() : new RetailWorld();
                if (data.isPresent()) {
                    world.read(data.orElseThrow(), TABLES.getOrDefault(pack, List.of()));
                }
                Run run = new Run(registration, engine, task, world, data.isEmpty());
                task.actions().forEach(action -> run.carryOut(action, said, refusedLooks));
            }
        }
        Map<String, Long> tally =
                said.stream().collect(Collectors.groupingBy(ServiceDeskTest::effect, Collectors.counting()));
        System.out.printf(
                "tau2 %s, %s: writes %s; look-ups refused: %d%n",
                pack, data.isPresent() ? "its database" : "made up", tally, refusedLooks.size());
        said.stream().filter(one -> !one.startsWith("allow")).forEach(one -> System.out.println("  " + one));
        if (data.isPresent()) {
            refusedLooks.forEach(one -> System.out.println("  look-up: " + one));
        }

        assertThat(said).hasSize(writes);
        assertThat(said).noneMatch(one -> one.startsWith("deny"));
    }

    /** So it is the look-ups that make the answers. */
    @ParameterizedTest
    @CsvSource({"airline, 26", "retail, 120"})
    void deniesAllOfItWithoutLookUps(String pack, int writes) throws IOException {
        Optional<TauBench> found = TauBench.find();
        assumeThat(found)
                .as("public cases: no folder above this module has shared/cases/tau")
                .isPresent();
        Registration registration = Registration.of(pack);
        List<Effect> effects = new ArrayList<>();
        try (PolicyEngine engine = engine(registration)) {
            for (Task task : found.orElseThrow().tasks(pack)) {
                DeskWorld world = pack.equals("airline") ? new AirlineWorld() : new RetailWorld();
                Run run = new Run(registration, engine, task, world, true);
                task.actions().stream()
                        .filter(Action::isWrite)
                        .forEach(write -> effects.add(run.decide(write).effect()));
            }
        }

        assertThat(effects).hasSize(writes).containsOnly(Effect.DENY);
    }

    private static String effect(String said) {
        return said.substring(0, said.indexOf(' '));
    }

    private static PolicyEngine engine(Registration registration) throws IOException {
        return PolicyCompiler.compile(
                        PolicyBundle.read(PACKS.resolve(registration.pack())),
                        registration.tools().values())
                .fold(compiled -> compiled, problems -> {
                    throw new AssertionError(problems.toString());
                });
    }

    /** What the README tells operators to register. */
    private record Registration(
            String pack, Map<ToolName, ToolDefinition> tools, JsonObject extracts, JsonObject provenance) {

        static Registration of(String pack) throws IOException {
            List<BundleProblem> problems = new ArrayList<>();
            String listing = Files.readString(PACKS.resolve("tools").resolve(pack + ".yaml"));
            Map<ToolName, ToolDefinition> tools =
                    ToolListing.read(
                                    pack,
                                    ToolListing.parse(pack, listing, problems).orElseThrow(),
                                    pack,
                                    problems)
                            .stream()
                            .collect(Collectors.toMap(ToolDefinition::name, Function.identity()));
            String readme = Files.readString(PACKS.resolve(pack).resolve("README.md"));
            int start = readme.indexOf("```json") + "```json".length();
            JsonObject declared =
                    (JsonObject) JsonValue.parse("{" + readme.substring(start, readme.indexOf("```", start)) + "}");
            return new Registration(
                    pack,
                    tools,
                    declared.object("extracts").orElseThrow(),
                    declared.object("provenance").orElseThrow());
        }

        JsonObject extracted(String tool, JsonValue result) {
            return extracts.object(tool)
                    .map(declared -> DeclaredExtracts.of(declared, result))
                    .orElse(JsonObject.empty());
        }

        Provenance trust(String tool) {
            return provenance.object(tool).map(Provenance::fromJson).orElse(Provenance.NONE);
        }
    }

    /** One conversation. */
    private static final class Run {
        private final Registration registration;
        private final PolicyEngine engine;
        private final Task task;
        private final DeskWorld world;
        private SeenTexts seen = SeenTexts.NONE;
        private History history = History.empty();
        private long index = 1;

        Run(Registration registration, PolicyEngine engine, Task task, DeskWorld world, boolean makesUp) {
            this.registration = registration;
            this.engine = engine;
            this.task = task;
            this.world = world;
            say(task.said());
            if (makesUp) {
                world.makeUp(task.actions());
                say("I am made_up_user_1, made-up@example.org. "
                        + task.actions().stream()
                                .map(action -> action.arguments().toJson())
                                .collect(Collectors.joining(" ")));
            }
        }

        private void say(String words) {
            seen = seen.plus(Sighting.said(index++, NOW, SESSION, words), ROOM);
        }

        void carryOut(Action action, List<String> said, List<String> refusedLooks) {
            if (action.isWrite()) {
                world.lookUps(action).forEach(look -> look(look, refusedLooks));
                Decision decision = decide(action);
                said.add(shown(action, decision));
                if (decision.effect() != Effect.DENY) {
                    execute(action);
                }
            } else {
                look(action, refusedLooks);
            }
        }

        private void look(Action look, List<String> refused) {
            Decision decision = decide(look);
            if (decision.effect() == Effect.ALLOW) {
                execute(look);
            } else {
                refused.add(shown(look, decision));
            }
        }

        private String shown(Action action, Decision decision) {
            return decision.effect().text() + " " + action.tool() + " in task " + task.id() + ": "
                    + decision.deciding().stream()
                            .map(verdict -> verdict.rule() + " (" + verdict.reason() + ")")
                            .collect(Collectors.joining("; "));
        }

        private Decision decide(Action action) {
            ToolDefinition tool = Optional.ofNullable(registration.tools().get(ToolName.parse(action.tool())))
                    .orElseThrow();
            return engine.evaluate(new Facts(
                    new ToolCall(
                            CallId.mint(NOW, new Random(index)),
                            Optional.empty(),
                            tool.name(),
                            action.arguments(),
                            Optional.of(SESSION),
                            Optional.empty()),
                    new Principal("agent", Optional.of("desk"), "key", List.of(), Set.of(Role.AGENT), "api-key"),
                    tool,
                    history,
                    Map.of(),
                    engine.needsOrigins(tool.name())
                            ? Origins.of(action.arguments(), tool.inputSchema(), seen, Optional.of(SESSION), NOW)
                            : List.of(),
                    List.of(),
                    NOW));
        }

        private void execute(Action action) {
            Optional<JsonValue> answer = world.answer(action);
            long decided = index++;
            seen = seen.plusWritten(decided, NOW, action.arguments(), ROOM);
            history = history.plus(new Past(
                    decided,
                    CallId.mint(NOW, new Random(decided)),
                    ToolName.parse(action.tool()),
                    action.arguments(),
                    NOW,
                    Effect.ALLOW,
                    answer.isPresent() ? Outcome.SUCCEEDED : Outcome.FAILED,
                    answer.map(value -> registration.extracted(action.tool(), value))
                            .orElse(JsonObject.empty()),
                    Set.of(),
                    Optional.of(SESSION)));
            long executed = index++;
            answer.ifPresent(
                    value -> seen = seen.plusResult(executed, NOW, registration.trust(action.tool()), value, ROOM));
        }
    }
}
