package dev.writ.rules;

import dev.writ.model.AgentBuild;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.EnvelopeUse;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Origin;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.Scope;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code cases/*.yaml}; its form is in {@link PolicyCases}. */
final class CaseReader {

    /** The time at which cases happen that do not say when they do. */
    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static final Set<String> CASE =
            Set.of("name", "call", "principal", "history", "origins", "now", "expect", "rules", "obligations");
    private static final Set<String> CALL = Set.of("tool", "effects", "arguments", "session", "purpose", "envelopeUse");
    private static final Set<String> PRINCIPAL = Set.of(
            "agent",
            "onBehalfOf",
            "roles",
            "assurance",
            "actors",
            "agentRelease",
            "agentReleaseAttested",
            "agentModel",
            "agentModelAttested",
            "agentPrompt",
            "agentPromptAttested");
    private static final Set<String> PAST = Set.of(
            "tool",
            "ago",
            "times",
            "arguments",
            "verdict",
            "outcome",
            "extracts",
            "labels",
            "session",
            "agent",
            "onBehalfOf");

    private static final Pattern TIMES = Pattern.compile("[1-9][0-9]{0,3}|10000");

    private final Map<String, ToolDefinition> tools;
    private int earlierCalls;

    CaseReader(Collection<ToolDefinition> tools) {
        this.tools = tools.stream()
                .collect(Collectors.toUnmodifiableMap(tool -> tool.name().value(), UnaryOperator.identity()));
    }

    /** The cases that make sense; what does not is reported. */
    List<PolicyCase> read(String file, String text, List<BundleProblem> problems) {
        List<PolicyCase> cases = new ArrayList<>();
        for (YamlValue item :
                YamlValue.parse(file, text, problems).map(YamlValue::items).orElse(List.of())) {
            int before = problems.size();
            Optional<PolicyCase> read = item.mapping(CASE).flatMap(yaml -> policyCase(item, yaml));
            if (problems.size() == before) {
                read.ifPresent(cases::add);
            }
        }
        return cases;
    }

    private Optional<PolicyCase> policyCase(YamlValue item, YamlMapping yaml) {
        Optional<String> name = yaml.required("name").flatMap(YamlValue::text);
        Optional<YamlMapping> call = yaml.required("call").flatMap(value -> value.mapping(CALL));
        Optional<ToolDefinition> tool =
                call.flatMap(value -> value.required("tool").flatMap(written -> tool(written, value)));
        Optional<Principal> principal = yaml.required("principal")
                .flatMap(value -> value.mapping(PRINCIPAL))
                .flatMap(CaseReader::principal);
        boolean imagined = call.flatMap(value -> value.optional("effects")).isPresent();
        List<Earlier> history = history(yaml.items("history"), imagined);
        Optional<Instant> now = now(yaml);
        Optional<PolicyCase.Expectation> expectation = expectation(yaml);
        if (name.isEmpty()
                || call.isEmpty()
                || tool.isEmpty()
                || principal.isEmpty()
                || expectation.isEmpty()
                || now.isEmpty()) {
            return Optional.empty();
        }
        ToolCall submitted = call(call.get(), tool.get(), now.get());
        List<Origin> origins = yaml.optional("origins")
                .map(value -> CaseOrigins.read(value, submitted.arguments()))
                .orElseGet(() -> CaseOrigins.nowhere(submitted.arguments()));
        Map<Scope, History> seen = seen(history, principal.get(), tool.get().name(), now.get());
        Facts facts = new Facts(
                submitted,
                principal.get(),
                tool.get(),
                Objects.requireNonNull(seen.remove(Scope.IDENTITY)),
                seen,
                origins,
                envelope(call.get()),
                now.get());
        return Optional.of(new PolicyCase(name.get(), item.file(), item.line(), facts, expectation.get()));
    }

    private static Optional<Instant> now(YamlMapping yaml) {
        Optional<YamlValue> written = yaml.optional("now");
        if (written.isEmpty()) {
            return Optional.of(NOW);
        }
        try {
            return written.get().text().map(Instant::parse);
        } catch (DateTimeParseException none) {
            written.get().report("'now' is a time in UTC such as 2026-12-24T10:00:00Z");
            return Optional.empty();
        }
    }

    /** The tool that is called, with the effects that the case gives it, if it does. */
    private Optional<ToolDefinition> tool(YamlValue name, YamlMapping call) {
        Optional<YamlValue> written = call.optional("effects");
        return tool(name, written.isPresent())
                .map(tool ->
                        written.flatMap(CaseReader::effects).map(tool::with).orElse(tool));
    }

    private static Optional<ToolEffects> effects(YamlValue written) {
        try {
            return written.jsonObject().map(ToolEffects::fromJson);
        } catch (IllegalArgumentException unfit) {
            written.report(String.valueOf(unfit.getMessage()));
            return Optional.empty();
        }
    }

    /** @param imagined it need not exist: the case is about any tool with such effects */
    private Optional<ToolDefinition> tool(YamlValue value, boolean imagined) {
        Optional<String> name = value.text();
        Optional<ToolDefinition> tool = name.map(tools::get);
        if (name.isPresent() && tool.isEmpty()) {
            if (imagined && ToolName.isWellFormed(name.get())) {
                return name.map(AssumedTools::named);
            }
            value.report("there is no tool '" + name.get() + "'; " + Nearest.hint(name.get(), tools.keySet()));
        }
        return tool;
    }

    /** As if the call were inside of an envelope, of which it would be that use; it approves nothing. */
    private static List<Grant> envelope(YamlMapping yaml) {
        return yaml.optional("envelopeUse").flatMap(CaseReader::use).stream()
                .map(number -> new Grant(
                        0,
                        "",
                        "",
                        "",
                        "",
                        Set.of(),
                        Instant.MAX,
                        Grant.Authority.of(new EnvelopeUse("", number), Duration.ZERO, Optional.empty())))
                .toList();
    }

    private static Optional<Integer> use(YamlValue written) {
        try {
            return written.text().map(Integer::parseInt).filter(number -> number > 0);
        } catch (NumberFormatException none) {
            written.report("'envelopeUse' is a whole number from 1");
            return Optional.empty();
        }
    }

    private static ToolCall call(YamlMapping yaml, ToolDefinition tool, Instant now) {
        return new ToolCall(
                id(0, now),
                Optional.empty(),
                tool.name(),
                object(yaml, "arguments"),
                yaml.optional("session").flatMap(YamlValue::text),
                yaml.optional("purpose").flatMap(YamlValue::text));
    }

    private static Optional<Principal> principal(YamlMapping yaml) {
        Set<Role> roles = new HashSet<>();
        for (YamlValue role : yaml.items("roles")) {
            word(role, Role.values(), Role::text).ifPresent(roles::add);
        }
        if (yaml.optional("roles").isEmpty()) {
            roles.add(Role.AGENT);
        }
        return yaml.required("agent")
                .flatMap(YamlValue::text)
                .map(agent -> new Principal(
                        agent,
                        yaml.optional("onBehalfOf").flatMap(YamlValue::text),
                        "case",
                        yaml.texts("actors"),
                        roles,
                        yaml.optional("assurance").flatMap(YamlValue::text).orElse("api-key"),
                        new AgentBuild(
                                part(yaml, "agentRelease"), part(yaml, "agentModel"), part(yaml, "agentPrompt"))));
    }

    private static Optional<AgentBuild.Part> part(YamlMapping yaml, String name) {
        Optional<YamlValue> written = yaml.optional(name);
        boolean attested = yaml.optional(name + "Attested")
                .flatMap(YamlValue::text)
                .filter("true"::equals)
                .isPresent();
        Optional<String> value = written.flatMap(YamlValue::text);
        if (value.isPresent() && !AgentBuild.Part.isWellFormed(value.get())) {
            written.get().report("'" + name + "' has 1 to 128 letters, digits and '._:/@+-'");
            return Optional.empty();
        }
        return value.map(
                text -> new AgentBuild.Part(text, attested ? AgentBuild.Word.ATTESTED : AgentBuild.Word.CLAIMED));
    }

    private static Optional<PolicyCase.Expectation> expectation(YamlMapping yaml) {
        Optional<Set<String>> rules =
                yaml.optional("rules").map(value -> Set.copyOf(new HashSet<>(yaml.texts("rules"))));
        return yaml.required("expect")
                .flatMap(value -> word(value, Effect.values(), Effect::text))
                .map(effect -> new PolicyCase.Expectation(effect, rules, obligations(yaml)));
    }

    private static Optional<Set<JsonValue>> obligations(YamlMapping yaml) {
        return yaml.optional("obligations")
                .map(list -> list.items().stream()
                        .flatMap(item -> item.json().stream())
                        .map(CaseReader::withIsoDuration)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Cases write {@code 10m} where records have {@code PT10M}. */
    private static JsonValue withIsoDuration(JsonValue obligation) {
        if (!(obligation instanceof JsonObject object)) {
            return obligation;
        }
        JsonObject.Builder out = JsonObject.builder();
        object.members().forEach(out::put);
        object.text("within").flatMap(Durations::parse).ifPresent(duration -> out.put("within", duration.toString()));
        return out.build();
    }

    /** An earlier call before it has its place in the log. */
    private record Earlier(YamlMapping yaml, ToolName tool, Duration ago) {}

    private List<Earlier> history(List<YamlValue> items, boolean imagined) {
        List<Earlier> history = new ArrayList<>();
        for (YamlValue item : items) {
            Optional<Earlier> earlier = item.mapping(PAST).flatMap(yaml -> earlier(yaml, imagined));
            int times = earlier.map(call -> times(call.yaml())).orElse(0);
            earlierCalls += times;
            if (history.size() + times > Limits.EARLIER_CALLS_PER_CASE || earlierCalls > Limits.EARLIER_CALLS) {
                item.report("a case has at most " + Limits.EARLIER_CALLS_PER_CASE
                        + " earlier calls, counted with 'times', and all cases together " + Limits.EARLIER_CALLS);
                return List.of();
            }
            earlier.ifPresent(call -> history.addAll(Collections.nCopies(times, call)));
        }
        history.sort(Comparator.comparing(Earlier::ago).reversed());
        return history;
    }

    /** The history of each scope. */
    private static Map<Scope, History> seen(
            List<Earlier> oldestFirst, Principal principal, ToolName tool, Instant now) {
        Map<Scope, History> seen = new EnumMap<>(Scope.class);
        for (Scope scope : Scope.values()) {
            seen.put(scope, History.empty());
        }
        for (int i = 0; i < oldestFirst.size(); i++) {
            Earlier earlier = oldestFirst.get(i);
            Past past = past(earlier, i + 1, now);
            for (Scope scope : scopes(earlier, principal, tool)) {
                seen.computeIfPresent(scope, (same, history) -> history.plus(past));
            }
        }
        return seen;
    }

    /** An agent that acts for nobody shares its history with no other. */
    private static Set<Scope> scopes(Earlier earlier, Principal principal, ToolName tool) {
        Optional<String> agent = earlier.yaml().optional("agent").flatMap(YamlValue::text);
        Optional<String> person = earlier.yaml().optional("onBehalfOf").flatMap(YamlValue::text);
        boolean samePerson = person.isEmpty() || person.equals(principal.onBehalfOf());
        boolean sameAgent = agent.isEmpty() || agent.get().equals(principal.agent());
        Set<Scope> scopes = EnumSet.of(Scope.FLEET);
        if (earlier.tool().equals(tool)) {
            scopes.add(Scope.TOOL);
        }
        if (samePerson && sameAgent) {
            scopes.add(Scope.IDENTITY);
        }
        if (samePerson && (sameAgent || principal.onBehalfOf().isPresent())) {
            scopes.add(Scope.PERSON);
        }
        return scopes;
    }

    /** How often that happened, all at the same time. */
    private static int times(YamlMapping yaml) {
        Optional<YamlValue> written = yaml.optional("times");
        Optional<Integer> times = written.flatMap(YamlValue::text)
                .filter(text -> TIMES.matcher(text).matches())
                .map(Integer::valueOf);
        if (written.isPresent() && times.isEmpty()) {
            written.get().report("'times' is a whole number from 1 to 10000");
        }
        return times.orElse(1);
    }

    private Optional<Earlier> earlier(YamlMapping yaml, boolean imagined) {
        Optional<ToolDefinition> tool = yaml.required("tool").flatMap(name -> tool(name, imagined));
        Optional<YamlValue> written = yaml.required("ago");
        Optional<Duration> ago = written.flatMap(YamlValue::text).flatMap(Durations::parse);
        if (ago.isEmpty()) {
            written.ifPresent(value -> value.report("'ago' is a duration such as 90s, 15m, 4h or 30d"));
        }
        return tool.flatMap(known -> ago.map(time -> new Earlier(yaml, known.name(), time)));
    }

    private static Past past(Earlier earlier, long index, Instant now) {
        YamlMapping yaml = earlier.yaml();
        Instant at = now.minus(earlier.ago());
        Effect verdict = yaml.optional("verdict")
                .flatMap(value -> word(value, Effect.values(), Effect::text))
                .orElse(Effect.ALLOW);
        Outcome outcome = yaml.optional("outcome")
                .flatMap(value -> word(value, Outcome.values(), Outcome::text))
                .orElse(verdict == Effect.ALLOW ? Outcome.SUCCEEDED : Outcome.NONE);
        return new Past(
                index,
                id(index, at),
                earlier.tool(),
                object(yaml, "arguments"),
                at,
                verdict,
                outcome,
                object(yaml, "extracts"),
                new HashSet<>(yaml.texts("labels")),
                yaml.optional("session").flatMap(YamlValue::text));
    }

    private static JsonObject object(YamlMapping yaml, String key) {
        return yaml.optional(key).flatMap(YamlValue::jsonObject).orElse(JsonObject.empty());
    }

    static <T> Optional<T> word(YamlValue value, T[] all, Function<T, String> text) {
        Optional<String> written = value.text();
        Optional<T> found = written.flatMap(word ->
                Arrays.stream(all).filter(one -> text.apply(one).equals(word)).findFirst());
        if (written.isPresent() && found.isEmpty()) {
            value.report("'" + written.get() + "' is none of them; "
                    + Nearest.hint(written.get(), Arrays.stream(all).map(text).toList()));
        }
        return found;
    }

    /** The same in every run, so that a failure can be had again. */
    private static CallId id(long index, Instant at) {
        return CallId.mint(at, new Random(index));
    }
}
