package dev.writ.gateway.export;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is said not to have happened: an entry of these columns and kinds, with a time within [from, to).
 *
 * @param kinds any of them; all kinds if there are none
 * @param margin by how much the clocks of the log's writers are taken to differ at most
 * @param first index of the range that was looked through
 * @param end of that range, exclusive
 */
public record NoneClaim(
        Map<Column, String> columns,
        Set<String> kinds,
        Instant from,
        Instant to,
        Duration margin,
        long first,
        long end) {

    private static final int VERSION = 1;
    private static final Pattern KIND = Pattern.compile("[A-Z][A-Z_]{0,63}");
    private static final Set<String> VERDICTS = Set.of("allow", "deny", "escalate");

    public NoneClaim {
        columns = columns.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(columns));
        kinds = Collections.unmodifiableSet(new TreeSet<>(kinds));
        if (columns.isEmpty() && kinds.isEmpty()) {
            throw new IllegalArgumentException("say what did not happen: --agent, --tool, --kind, --verdict, ...");
        }
        // What no entry can have is absent from every log.
        if (!kinds.stream().allMatch(KIND.asMatchPredicate())) {
            throw new IllegalArgumentException("--kind is kinds such as DECIDED,EXECUTED, in capitals");
        }
        if (columns.containsKey(Column.VERDICT) && !VERDICTS.contains(columns.get(Column.VERDICT))) {
            throw new IllegalArgumentException("--verdict is allow, deny or escalate");
        }
        if (!from.isBefore(to) || margin.isNegative()) {
            throw new IllegalArgumentException(
                    "the time is from --from up to a later --to, with a margin of 0 or more");
        }
        if (first < 0 || end < first) {
            throw new IllegalArgumentException("a claim is about entries [first, end)");
        }
    }

    NoneClaim about(long firstIndex, long endIndex) {
        return new NoneClaim(columns, kinds, from, to, margin, firstIndex, endIndex);
    }

    /** Before it, the clocks may differ as much as they may, nothing of the time can have been written. */
    Instant earliest() {
        return from.minus(margin);
    }

    /** The same at the other end. */
    Instant latest() {
        return to.plus(margin);
    }

    boolean isLike(Entry entry) {
        return (kinds.isEmpty() || kinds.contains(entry.kind()))
                && entry.columns().entrySet().containsAll(columns.entrySet());
    }

    boolean isWithin(Instant at) {
        return !at.isBefore(from) && at.isBefore(to);
    }

    /** As people read it. */
    public String text() {
        String what = Stream.concat(
                        columns.entrySet().stream()
                                .map(column -> column.getKey().text() + "=" + column.getValue()),
                        kinds.isEmpty() ? Stream.empty() : Stream.of("kind=" + String.join(",", kinds)))
                .collect(Collectors.joining(" "));
        return what + " from " + from + " to " + to;
    }

    JsonObject toJson() {
        Map<String, JsonValue> named = new TreeMap<>();
        columns.forEach((column, value) -> named.put(column.text(), new JsonString(value)));
        return JsonObject.builder()
                .put("v", VERSION)
                .put("columns", new JsonObject(named))
                .put("kinds", JsonArray.ofTexts(kinds))
                .put("from", from.toString())
                .put("to", to.toString())
                .put("marginMillis", margin.toMillis())
                .put("first", first)
                .put("end", end)
                .build();
    }

    /** @throws IllegalStateException if it is none */
    static NoneClaim fromBytes(byte[] bytes) {
        try {
            JsonObject json = (JsonObject) JsonValue.parse(new String(bytes, StandardCharsets.UTF_8));
            Map<Column, String> columns = new EnumMap<>(Column.class);
            JsonObject named = json.object("columns").orElseThrow();
            for (Column column : Column.values()) {
                named.text(column.text()).ifPresent(value -> columns.put(column, value));
            }
            if (columns.size() != named.members().size()) {
                throw new IllegalArgumentException("a column is not known");
            }
            return new NoneClaim(
                    columns,
                    Set.copyOf(json.array("kinds").orElseThrow().texts()),
                    Instant.parse(json.text("from").orElseThrow()),
                    Instant.parse(json.text("to").orElseThrow()),
                    Duration.ofMillis(number(json, "marginMillis")),
                    number(json, "first"),
                    number(json, "end"));
        } catch (RuntimeException notOne) {
            throw new IllegalStateException("claim.json is not what 'writ audit prove-none' wrote", notOne);
        }
    }

    private static long number(JsonObject json, String name) {
        return json.number(name).orElseThrow().longValueExact();
    }
}
