package dev.writ.gateway.envelope;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one argument may be. There are no bounds of text by prefix or pattern: two texts that look alike are two texts, and what an
 * address, a path or a name that begins so ends in is not for the approver to see.
 */
sealed interface Bound {

    /** Whether that value is inside. */
    boolean admits(JsonValue value);

    /** Whether everything that this admits, the other one does, too. */
    boolean isWithin(Bound wider);

    /** Members of its object besides {@code path}. */
    JsonObject.Builder put(JsonObject.Builder json);

    /** One of these values. */
    record OneOf(List<JsonValue> values) implements Bound {

        private static final int MOST = 100;

        public OneOf {
            values = List.copyOf(values);
            if (values.isEmpty() || values.size() > MOST) {
                throw new IllegalArgumentException("'oneOf' lists 1 to " + MOST + " values");
            }
        }

        @Override
        public boolean admits(JsonValue value) {
            return values.contains(value);
        }

        @Override
        public boolean isWithin(Bound wider) {
            return values.stream().allMatch(wider::admits);
        }

        @Override
        public JsonObject.Builder put(JsonObject.Builder json) {
            return json.put("oneOf", new JsonArray(values));
        }
    }

    /** A number from the one to the other, both included. */
    record Between(BigDecimal from, BigDecimal to) implements Bound {

        public Between {
            if (from.compareTo(to) > 0) {
                throw new IllegalArgumentException("'from' is at most 'to'");
            }
        }

        @Override
        public boolean admits(JsonValue value) {
            return value instanceof JsonNumber number
                    && number.value().compareTo(from) >= 0
                    && number.value().compareTo(to) <= 0;
        }

        @Override
        public boolean isWithin(Bound wider) {
            return wider instanceof Between between
                    && between.from.compareTo(from) <= 0
                    && to.compareTo(between.to) <= 0;
        }

        @Override
        public JsonObject.Builder put(JsonObject.Builder json) {
            return json.put("from", new JsonNumber(from)).put("to", new JsonNumber(to));
        }
    }

    /**
     * Reads what {@link #put} wrote, or an approver.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    static Bound fromJson(JsonObject json) {
        Set<String> members = json.members().keySet();
        if (members.equals(Set.of("path", "oneOf"))) {
            return new OneOf(json.array("oneOf")
                    .orElseThrow(() -> new IllegalArgumentException("'oneOf' is a list of values"))
                    .items());
        }
        Optional<BigDecimal> from = json.number("from");
        Optional<BigDecimal> to = json.number("to");
        if (!members.equals(Set.of("path", "from", "to")) || from.isEmpty() || to.isEmpty()) {
            throw new IllegalArgumentException("a bound has 'path' and either 'oneOf' or the numbers 'from' and 'to'");
        }
        return new Between(from.get(), to.get());
    }
}
