package dev.writ.gateway.governor;

import dev.writ.gateway.identity.Somebody;
import dev.writ.model.Digest;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.BoundedException;
import dev.writ.rules.BoundedException.Bound;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The same thing, approved again and again: calls of one agent to one tool that one rule asked about, with the same texts and flags and
 * any numbers, for persons or for nobody.
 *
 * @param values what the arguments hold, by path, in each of them
 */
record Habit(Key key, List<Precedent> calls, List<SortedMap<String, JsonValue>> values) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
    private static final int MOST_VALUES = 20;
    private static final int LONGEST_TEXT = 200;
    private static final BigDecimal MOST = BigDecimal.TEN.pow(15);

    Habit {
        calls = List.copyOf(calls);
        values = List.copyOf(values);
    }

    /** @param same paths with their texts and flags, of numbers that there is one */
    record Key(String agent, ToolName tool, String rule, boolean forPerson, String same) {

        /** 16 hexadecimal digits. */
        String id() {
            return Digest.of(String.join("\n", agent, tool.value(), rule, Boolean.toString(forPerson), same)
                            .getBytes(StandardCharsets.UTF_8))
                    .value()
                    .substring("sha256:".length(), "sha256:".length() + 16);
        }
    }

    /** What was approved, and can be told apart by its values. */
    static Collection<Habit> of(List<Precedent> approved) {
        Map<Key, Habit> habits = new HashMap<>();
        for (Precedent call : approved) {
            call.arguments().flatMap(Habit::values).ifPresent(values -> {
                Key key = new Key(call.agent(), call.tool(), call.rule(), call.isForPerson(), same(values));
                habits.merge(key, new Habit(key, List.of(call), List.of(values)), Habit::and);
            });
        }
        return habits.values();
    }

    private Habit and(Habit other) {
        List<Precedent> both = new ArrayList<>(calls);
        both.addAll(other.calls);
        List<SortedMap<String, JsonValue>> all = new ArrayList<>(values);
        all.addAll(other.values);
        return new Habit(key, both, all);
    }

    /** Every value by its path; empty if there is a list, a null or a name that rules cannot speak of, or too much. */
    private static Optional<SortedMap<String, JsonValue>> values(JsonObject arguments) {
        SortedMap<String, JsonValue> found = new TreeMap<>();
        boolean all = collect("", arguments, found);
        return Optional.of(found).filter(values -> all && !values.isEmpty() && values.size() <= MOST_VALUES);
    }

    private static boolean collect(String path, JsonObject object, Map<String, JsonValue> found) {
        return object.members().entrySet().stream().allMatch(member -> {
            String at = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            JsonValue value = member.getValue();
            if (!NAME.matcher(member.getKey()).matches()) {
                return false;
            } else if (value instanceof JsonObject inner) {
                return !inner.members().isEmpty() && collect(at, inner, found);
            }
            found.put(at, value);
            return value instanceof JsonBoolean
                    || (value instanceof JsonString text && text.value().length() <= LONGEST_TEXT)
                    || (value instanceof JsonNumber number && isPlain(number.value()));
        });
    }

    private static boolean isPlain(BigDecimal number) {
        return number.abs().compareTo(MOST) < 0 && number.scale() <= 9 && number.scale() > -16;
    }

    private static String same(SortedMap<String, JsonValue> values) {
        JsonObject.Builder same = JsonObject.builder();
        values.forEach(
                (path, value) -> same.put(path, value instanceof JsonNumber ? new JsonString("#") : withMark(value)));
        return same.build().toJson();
    }

    /** So that the text # is no number. */
    private static JsonValue withMark(JsonValue value) {
        return value instanceof JsonString text ? new JsonString("=" + text.value()) : value;
    }

    int tooStrict() {
        return (int) calls.stream().filter(Precedent::isTooStrict).count();
    }

    Set<String> approvers() {
        return calls.stream().flatMap(call -> call.approvers().stream()).collect(Collectors.toSet());
    }

    Set<Somebody> persons() {
        return calls.stream().flatMap(call -> call.persons().stream()).collect(Collectors.toSet());
    }

    Set<String> callIds() {
        return calls.stream().map(Precedent::call).collect(Collectors.toSet());
    }

    /**
     * Whether it was approved often enough: so many calls, on as many days or in as many sessions, by two people at least. A call of which
     * somebody else says that people need not have been asked counts twice.
     */
    boolean isSettled(int repeats) {
        int needed = repeats - Math.min(tooStrict(), repeats / 2);
        return calls.size() >= Math.max(2, needed)
                && Math.max(distinct(Precedent::day), sessions()) >= Math.max(2, needed)
                && Somebody.count(persons()) >= 2;
    }

    private long distinct(Function<Precedent, Object> of) {
        return calls.stream().map(of).distinct().count();
    }

    private long sessions() {
        return calls.stream()
                .map(Precedent::session)
                .filter(session -> !session.isEmpty())
                .distinct()
                .count();
    }

    /** Texts in a rule stay for ever and are read by many, so none may be somebody's; empty if none is. */
    Optional<String> personal(ToolDefinition tool) {
        boolean isOfMany = distinct(Precedent::subject) >= 2;
        return values.get(0).entrySet().stream()
                .filter(value -> value.getValue() instanceof JsonString)
                .map(Map.Entry::getKey)
                .filter(path -> key.forPerson() && !isOfMany && !Schema.isListed(tool, path))
                .findFirst();
    }

    /** The exception that allows what was approved and nothing beyond. */
    BoundedException exception(ToolDefinition tool, Instant since, LocalDate until) {
        SortedMap<String, Bound> bounds = new TreeMap<>();
        values.get(0).forEach((path, value) -> bounds.put(path, bound(path, value, tool)));
        return new BoundedException(
                "approved before: " + key.tool() + " " + key.id().substring(0, 8) + " until " + until,
                key.rule(),
                key.tool(),
                key.agent(),
                key.forPerson(),
                bounds,
                since,
                (int)
                        calls.stream()
                                .collect(Collectors.groupingBy(Precedent::day, Collectors.counting()))
                                .values()
                                .stream()
                                .mapToLong(Long::longValue)
                                .max()
                                .orElse(1),
                until,
                "people approved the same again and again");
    }

    private Bound bound(String path, JsonValue value, ToolDefinition tool) {
        if (value instanceof JsonString text) {
            return new Bound.Text(text.value());
        } else if (value instanceof JsonBoolean flag) {
            return new Bound.Flag(flag == JsonBoolean.TRUE);
        }
        Map<LocalDate, BigDecimal> perDay = new HashMap<>();
        BigDecimal least = number(values.get(0), path);
        BigDecimal most = least;
        for (int i = 0; i < calls.size(); i++) {
            BigDecimal number = number(values.get(i), path);
            least = least.min(number);
            most = most.max(number);
            perDay.merge(calls.get(i).day(), number, BigDecimal::add);
        }
        Optional<BigDecimal> sum = perDay.values().stream().max(BigDecimal::compareTo);
        // A sum over calls of which one may lack the number would be in doubt.
        return new Bound.Range(least, most, sum.filter(any -> Schema.isRequired(tool, path)));
    }

    private static BigDecimal number(SortedMap<String, JsonValue> values, String path) {
        return values.get(path) instanceof JsonNumber number ? number.value() : BigDecimal.ZERO;
    }

    @Override
    public String toString() {
        return "Habit[" + key.id() + ", " + calls.size() + "]";
    }
}
