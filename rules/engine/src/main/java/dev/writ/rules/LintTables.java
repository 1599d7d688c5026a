package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lint says of rules, or rows of a table, that divide the values of one number among themselves: numbers between them that
 * nobody speaks of, and numbers that two of them speak of differently.
 */
record LintTables(ToolSet tools, List<LintFinding> findings) {

    private static final Pattern NUMBER = Pattern.compile("ToolCall\\.(number\\(\"([^\"\\\\]+)\"\\))");

    /** Rules that ask the same, but for one number. */
    private record Table(String tool, Map<String, Domain> rest, Set<String> opaque, String field) {}

    /** What a rule says of the numbers in an interval, all else being equal. */
    private record Row(RuleShape rule, Domain.Interval interval) {

        Effect effect() {
            return rule.rule().opinion().effect();
        }
    }

    void check(List<RuleShape> rules) {
        Map<Table, List<Row>> tables = new LinkedHashMap<>();
        for (RuleShape rule : rules) {
            if (rule.isImpossible()) {
                continue;
            }
            for (Cube cube : rule.cubes()) {
                rows(rule, cube, tables);
            }
        }
        tables.forEach((table, rows) -> {
            if (rows.stream().map(row -> row.rule().rule().name()).distinct().count() > 1) {
                table(table.field(), table.tool(), rows, rules);
            }
        });
    }

    /** One for each tool and each number that it bounds; what else it asks must be the same for rows of one table. */
    private static void rows(RuleShape rule, Cube cube, Map<Table, List<Row>> tables) {
        if (!(cube.domains().get(Cube.TOOL) instanceof Domain.Discrete names) || !names.listed()) {
            return;
        }
        for (Map.Entry<String, Domain> field : cube.domains().entrySet()) {
            if (field.getValue() instanceof Domain.Numbers numbers
                    && NUMBER.matcher(field.getKey()).matches()
                    && numbers.intervals().size() == 1) {
                Map<String, Domain> rest = new TreeMap<>(cube.domains());
                rest.remove(field.getKey());
                rest.remove(Cube.TOOL);
                for (Object name : names.values()) {
                    Table table = new Table(name.toString(), rest, cube.opaque(), field.getKey());
                    tables.computeIfAbsent(table, absent -> new ArrayList<>())
                            .add(new Row(rule, numbers.intervals().get(0)));
                }
            }
        }
    }

    private void table(String field, String tool, List<Row> rows, List<RuleShape> all) {
        List<Row> ascending = rows.stream().sorted(LintTables::byLow).toList();
        for (int i = 1; i < ascending.size(); i++) {
            Row row = ascending.get(i);
            List<Row> before = ascending.subList(0, i);
            gapBefore(row, before)
                    .filter(gap -> matters(tool, field, gap, all))
                    .ifPresent(gap -> findings.add(LintFinding.at(
                            LintCheck.GAP,
                            row.rule().rule().place(),
                            "no rule allows " + tool + " with " + shown(field) + " " + gap + ", between what "
                                    + LintRules.quoted(row.rule().rule())
                                    + " and the rules below it speak of. Close the"
                                    + " gap, or deny it in a rule that says why")));
            before.forEach(other -> overlap(tool, field, row, other));
        }
    }

    private static int byLow(Row one, Row other) {
        Optional<Domain.Bound> low = one.interval().low();
        Optional<Domain.Bound> otherLow = other.interval().low();
        if (low.isEmpty() || otherLow.isEmpty()) {
            return Boolean.compare(low.isPresent(), otherLow.isPresent());
        }
        return low.get().value().compareTo(otherLow.get().value());
    }

    private static Optional<Domain.Interval> gapBefore(Row row, List<Row> before) {
        Optional<Domain.Bound> low = row.interval().low();
        if (low.isEmpty()
                || before.stream().anyMatch(other -> other.interval().high().isEmpty())) {
            return Optional.empty();
        }
        Domain.Bound highest = before.stream()
                .flatMap(other -> other.interval().high().stream())
                .max(Comparator.comparing(Domain.Bound::value).thenComparing(Domain.Bound::belongs))
                .orElseThrow();
        Domain.Interval gap = new Domain.Interval(
                Optional.of(new Domain.Bound(highest.value(), !highest.belongs())),
                Optional.of(new Domain.Bound(low.get().value(), !low.get().belongs())));
        return gap.intersect(gap);
    }

    /** It holds a number that the tool takes, and no rule of another kind speaks of it for sure. */
    private boolean matters(String tool, String field, Domain.Interval gap, List<RuleShape> all) {
        if (isOfWholeNumbers(tool, field) && !holdsWholeNumber(gap)) {
            return false;
        }
        Domain wanted = new Domain.Numbers(List.of(gap));
        return all.stream()
                .filter(rule -> rule.rule().opinion().effect() != Effect.DENY || rule.complete())
                .flatMap(rule -> rule.cubes().stream())
                .filter(cube ->
                        !(cube.domains().get(Cube.TOOL) instanceof Domain.Discrete names) || names.contains(tool))
                .noneMatch(cube -> Optional.ofNullable(cube.domains().get(field))
                        .map(domain -> !domain.intersect(wanted).isEmpty())
                        .orElse(true));
    }

    private void overlap(String tool, String field, Row row, Row other) {
        boolean differ = row.effect() != other.effect() && row.effect() != Effect.DENY && other.effect() != Effect.DENY;
        Optional<Domain.Interval> both = row.interval().intersect(other.interval());
        if (differ && both.isPresent() && others(row).equals(others(other))) {
            findings.add(LintFinding.at(
                    LintCheck.OVERLAP,
                    row.rule().rule().place(),
                    "of " + tool + " with " + shown(field) + " " + both.get() + ", "
                            + LintRules.quoted(row.rule().rule())
                            + " says " + row.effect().text() + " and "
                            + LintRules.quoted(other.rule().rule()) + " says "
                            + other.effect().text() + "; escalate wins. Let one of them end where the other begins"));
        }
    }

    /** What the rule asks of anything but the call, its caller, its tool and the time. */
    private static List<String> others(Row row) {
        return row.rule().rule().patterns().stream()
                .filter(pattern -> !(pattern instanceof RuleSyntax.Pattern.Single))
                .map(RulePrinter::pattern)
                .toList();
    }

    private static String shown(String field) {
        Matcher number = NUMBER.matcher(field);
        return number.matches() ? number.group(1) : field;
    }

    /** As its schema says, or as it seems where there is none. */
    private boolean isOfWholeNumbers(String tool, String field) {
        Matcher number = NUMBER.matcher(field);
        Optional<JsonPath> path = number.matches() ? JsonPath.parse(number.group(2)) : Optional.empty();
        Optional<JsonObject> schema = tools.definitions().stream()
                .filter(definition -> definition.name().value().equals(tool))
                .map(ToolDefinition::inputSchema)
                .findFirst();
        return schema.flatMap(known -> path.map(at -> new ArgumentSchema(known).typesAt(at)))
                .filter(types -> tools instanceof ToolSet.Assumed || types.equals(Set.of("integer")))
                .isPresent();
    }

    private static boolean holdsWholeNumber(Domain.Interval gap) {
        Domain.Bound low = gap.low().orElseThrow();
        Domain.Bound high = gap.high().orElseThrow();
        BigDecimal first = low.value().setScale(0, RoundingMode.CEILING);
        if (!low.belongs() && first.compareTo(low.value()) == 0) {
            first = first.add(BigDecimal.ONE);
        }
        int order = first.compareTo(high.value());
        return order < 0 || (order == 0 && high.belongs());
    }
}
