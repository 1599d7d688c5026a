package dev.writ.rules;

import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonException;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes calls that two rules both speak of. Each is shown to both rules before anybody is told of it. */
final class ExampleCalls {

    private static final Pattern ARGUMENT = Pattern.compile("ToolCall\\.(?:number|text|flag)\\(\"([^\"\\\\]+)\"\\)");
    private static final String AGENT = FactType.PRINCIPAL.written() + ".agent";
    private static final String PERSON = FactType.PRINCIPAL.written() + ".onBehalfOf";
    private static final String ASSURANCE = FactType.PRINCIPAL.written() + ".assurance";

    private final PolicyBundle bundle;
    private final ToolSet tools;
    private final IdentityHashMap<RuleSyntax, CompiledRule> compiled = new IdentityHashMap<>();

    ExampleCalls(PolicyBundle bundle, ToolSet tools) {
        this.bundle = bundle;
        this.tools = tools;
    }

    /** A call of which each of the two says what it was written to say, without any history. */
    Optional<String> ofBoth(RuleShape one, RuleShape other) {
        for (Cube cube : one.cubes()) {
            for (Cube another : other.cubes()) {
                Optional<Facts> facts = facts(cube.and(another));
                if (facts.isPresent() && speaks(one.rule(), facts.get()) && speaks(other.rule(), facts.get())) {
                    ToolCall call = facts.get().call();
                    return Optional.of(call.tool() + " " + call.arguments().toJson());
                }
            }
        }
        return Optional.empty();
    }

    private boolean speaks(RuleSyntax rule, Facts facts) {
        Optional<Verdict> verdict =
                compiled.computeIfAbsent(rule, this::compile).judge(facts);
        Effect effect = rule.opinion().effect();
        return verdict.filter(said -> said.effect() == effect && !CompiledRule.isDoubtful(said))
                .isPresent();
    }

    private CompiledRule compile(RuleSyntax rule) {
        return RuleChecker.check(
                rule,
                new Tools(tools.definitions(), bundle.scope()),
                new HashSet<>(bundle.groups()),
                new ArrayList<>(),
                Recall.ANEW,
                Watch.NONE);
    }

    private Optional<Facts> facts(Cube cube) {
        Map<String, Object> values = new TreeMap<>();
        for (Map.Entry<String, Domain> field : cube.domains().entrySet()) {
            Optional<Object> sample = field.getValue().sample();
            if (sample.isEmpty()) {
                return Optional.empty();
            }
            values.put(field.getKey(), sample.get());
        }
        Optional<ToolDefinition> tool = tools.definitions().stream()
                .filter(definition -> bundle.scope().covers(definition.name()))
                .filter(definition -> !values.containsKey(Cube.TOOL)
                        || values.get(Cube.TOOL).equals(definition.name().value()))
                .findFirst();
        Optional<JsonObject> arguments = arguments(values);
        return tool.flatMap(definition -> arguments.map(object -> facts(definition, object, principal(values))));
    }

    private static Facts facts(ToolDefinition tool, JsonObject arguments, Principal principal) {
        ToolCall call = new ToolCall(
                CallId.mint(CaseReader.NOW, new Random(0)),
                Optional.empty(),
                tool.name(),
                arguments,
                Optional.empty(),
                Optional.empty());
        return new Facts(call, principal, tool, History.empty(), List.of(), CaseReader.NOW);
    }

    private static Principal principal(Map<String, Object> values) {
        return new Principal(
                String.valueOf(values.getOrDefault(AGENT, "agent")),
                Optional.ofNullable(values.get(PERSON)).map(String::valueOf),
                "example",
                List.of(),
                Set.of(Role.AGENT),
                String.valueOf(values.getOrDefault(ASSURANCE, "api-key")));
    }

    private static Optional<JsonObject> arguments(Map<String, Object> values) {
        Map<String, Object> tree = new TreeMap<>();
        for (Map.Entry<String, Object> value : values.entrySet()) {
            Matcher argument = ARGUMENT.matcher(value.getKey());
            if (argument.matches() && !put(tree, List.of(argument.group(1).split("\\.")), value.getValue())) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of((JsonObject) json(tree));
        } catch (JsonException unwritable) {
            return Optional.empty();
        }
    }

    /** False if something else is there already. */
    @SuppressWarnings("unchecked")
    private static boolean put(Map<String, Object> tree, List<String> path, Object value) {
        if (path.size() == 1) {
            return tree.putIfAbsent(path.get(0), value) == null;
        }
        Object inner = tree.computeIfAbsent(path.get(0), name -> new TreeMap<String, Object>());
        return inner instanceof Map<?, ?> map && put((Map<String, Object>) map, path.subList(1, path.size()), value);
    }

    private static JsonValue json(Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObject.Builder object = JsonObject.builder();
            map.forEach((name, inner) -> object.put(String.valueOf(name), json(inner)));
            return object.build();
        } else if (value instanceof BigDecimal number) {
            return new JsonNumber(number);
        }
        return value instanceof Boolean flag ? JsonBoolean.of(flag) : new JsonString(String.valueOf(value));
    }
}
