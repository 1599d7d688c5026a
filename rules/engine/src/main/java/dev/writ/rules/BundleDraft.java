package dev.writ.rules;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Proposes a bundle for the calls that were seen: a start for people, who know what was right among them.
 *
 * <p>What it writes holds numbers rounded outwards and words of small vocabularies that several people's calls share, and no other value.
 */
public final class BundleDraft {

    private static final int OFTEN = 5;
    private static final int VOCABULARY = 5;
    private static final MathContext OUTWARDS_UP = new MathContext(2, RoundingMode.CEILING);
    private static final MathContext OUTWARDS_DOWN = new MathContext(2, RoundingMode.FLOOR);

    /** Tools called so only look. */
    private static final Pattern READS = Pattern.compile(
            "(?:.*[._-])?(?:get|list|search|read|find|lookup|look|compare|describe|count|show|view)(?:[._-].*)?");

    /** Arguments called so may say who somebody is, or open a door. */
    private static final Pattern PRIVATE = Pattern.compile(
            "(?i).*(?:id|name|mail|phone|number|account|iban|card|address|user|person|customer|token|secret|key|pass|code|pin).*");

    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z_-]{0,19}");

    private BundleDraft() {}

    /**
     * A call that was made.
     *
     * @param subject whom it was for, under whatever name; only to tell apart how many there were
     * @param arguments empty if they are not known
     */
    public record Observed(ToolName tool, String subject, Optional<JsonObject> arguments) {}

    /** The files of the bundle, by path. */
    public static SortedMap<String, String> of(String name, List<Observed> calls) {
        Map<ToolName, List<Observed>> byTool = new TreeMap<>();
        calls.forEach(call ->
                byTool.computeIfAbsent(call.tool(), absent -> new ArrayList<>()).add(call));
        StringBuilder rules =
                new StringBuilder("// A draft, from calls that were seen. Read every rule before you rely on it.\n");
        StringBuilder cases = new StringBuilder();
        byTool.forEach((tool, seen) -> tool(tool, seen, rules, cases));
        SortedMap<String, String> files = new TreeMap<>();
        files.put(
                BundleFiles.MANIFEST,
                "name: " + name + "\nversion: 0.1.0\ndescription: Drafted from recorded calls.\nowners: [security]\n"
                        + "groups: [security]\nscope: ["
                        + String.join(
                                ", ",
                                byTool.keySet().stream()
                                        .map(tool -> '"' + tool.value() + '"')
                                        .toList())
                        + "]\n");
        files.put("draft.drl", rules.toString());
        files.put("cases/draft.yaml", cases.toString());
        return files;
    }

    private static void tool(ToolName tool, List<Observed> seen, StringBuilder rules, StringBuilder cases) {
        String count = seen.size() == 1 ? "1 call" : seen.size() + " calls";
        rules.append("\n// Seen: ").append(count).append(".\n");
        if (READS.matcher(tool.value()).matches()) {
            allow(tool, "as seen: it only looks", Map.of(), rules, cases);
            return;
        }
        List<JsonObject> arguments =
                seen.stream().flatMap(call -> call.arguments().stream()).toList();
        boolean known = arguments.size() == seen.size();
        Map<String, Limit> limits = known && seen.size() >= OFTEN ? limits(seen, arguments) : Map.of();
        if (limits.isEmpty()) {
            escalate(tool, "", "", "it was seen rarely, or with arguments that are not known", rules, cases);
            return;
        }
        allow(tool, "as seen", limits, rules, cases);
        limits.forEach((argument, limit) -> {
            if (limit instanceof Limit.Between between) {
                BigDecimal beyond = between.most().add(BigDecimal.ONE);
                escalate(
                        tool,
                        ", number(" + RulePrinter.quote(argument) + ") > "
                                + between.most().toPlainString(),
                        argument + ": " + beyond.toPlainString(),
                        "more than was ever seen in '" + argument + "'",
                        rules,
                        cases);
            }
        });
    }

    /** What an argument was seen to be. */
    private sealed interface Limit {

        String constraint(String argument);

        String example();

        record Between(BigDecimal least, BigDecimal most) implements Limit {
            @Override
            public String constraint(String argument) {
                String read = "number(" + RulePrinter.quote(argument) + ")";
                return read + " >= " + least.toPlainString() + ", " + read + " <= " + most.toPlainString();
            }

            @Override
            public String example() {
                return most.toPlainString();
            }
        }

        record OneOf(Set<String> words) implements Limit {
            @Override
            public String constraint(String argument) {
                return "text(" + RulePrinter.quote(argument) + ") in ("
                        + String.join(
                                ", ", words.stream().map(RulePrinter::quote).toList()) + ")";
            }

            @Override
            public String example() {
                return RulePrinter.quote(words.iterator().next());
            }
        }
    }

    private static Map<String, Limit> limits(List<Observed> seen, List<JsonObject> arguments) {
        Set<String> names = new TreeSet<>(arguments.get(0).members().keySet());
        arguments.forEach(object -> names.retainAll(object.members().keySet()));
        Map<String, Limit> limits = new LinkedHashMap<>();
        for (String name : names) {
            if (PRIVATE.matcher(name).matches()
                    || JsonPath.parse(name).map(path -> path.members().size()).orElse(0) != 1) {
                continue;
            }
            List<JsonValue> values =
                    arguments.stream().map(object -> object.members().get(name)).toList();
            if (values.stream().allMatch(JsonNumber.class::isInstance)) {
                List<BigDecimal> numbers = values.stream()
                        .map(value -> ((JsonNumber) value).value())
                        .toList();
                limits.put(
                        name,
                        new Limit.Between(
                                Collections.min(numbers).round(OUTWARDS_DOWN),
                                Collections.max(numbers).round(OUTWARDS_UP)));
            } else if (values.stream().allMatch(JsonString.class::isInstance)) {
                vocabulary(name, seen).ifPresent(words -> limits.put(name, new Limit.OneOf(words)));
            }
        }
        return limits;
    }

    /** A few plain words, each in calls for at least two people; anything else may be about one. */
    private static Optional<Set<String>> vocabulary(String name, List<Observed> seen) {
        Map<String, Set<String>> subjects = new TreeMap<>();
        for (Observed call : seen) {
            String word = call.arguments().flatMap(object -> object.text(name)).orElse("");
            subjects.computeIfAbsent(word, absent -> new HashSet<>()).add(call.subject());
        }
        boolean fit = subjects.size() <= VOCABULARY
                && subjects.entrySet().stream()
                        .allMatch(word -> WORD.matcher(word.getKey()).matches()
                                && word.getValue().size() > 1);
        return fit ? Optional.of(subjects.keySet()) : Optional.empty();
    }

    private static void allow(
            ToolName tool, String reason, Map<String, Limit> limits, StringBuilder rules, StringBuilder cases) {
        String name = "allow " + tool;
        StringBuilder constraints = new StringBuilder();
        limits.forEach((argument, limit) -> constraints.append(", ").append(limit.constraint(argument)));
        rules.append(rule(name, tool, constraints.toString(), "allow(" + RulePrinter.quote(reason) + ")"));
        List<String> arguments = new ArrayList<>();
        limits.forEach((argument, limit) -> arguments.add(RulePrinter.quote(argument) + ": " + limit.example()));
        testCase(name, tool, String.join(", ", arguments), "allow", cases);
    }

    private static void escalate(
            ToolName tool,
            String constraint,
            String argument,
            String reason,
            StringBuilder rules,
            StringBuilder cases) {
        String name =
                "ask about " + tool + (argument.isEmpty() ? "" : " " + argument.substring(0, argument.indexOf(':')));
        rules.append(rule(
                name, tool, constraint, "escalate(" + RulePrinter.quote(reason) + ").to(\"security\").within(\"4h\")"));
        testCase(name, tool, argument, "escalate", cases);
    }

    private static String rule(String name, ToolName tool, String constraints, String opinion) {
        return "rule " + RulePrinter.quote(name) + "\nwhen\n    ToolCall( tool == \"" + tool + "\"" + constraints
                + " )\nthen\n    " + opinion + ";\nend\n";
    }

    private static void testCase(String rule, ToolName tool, String arguments, String expected, StringBuilder cases) {
        cases.append("- name: ")
                .append(RulePrinter.quote(rule))
                .append("\n  call: { tool: ")
                .append(tool)
                .append(", arguments: {")
                .append(arguments)
                .append("} }\n  principal: { agent: agent }\n  expect: ")
                .append(expected)
                .append("\n  rules: [ ")
                .append(RulePrinter.quote(rule))
                .append(" ]\n");
    }
}
