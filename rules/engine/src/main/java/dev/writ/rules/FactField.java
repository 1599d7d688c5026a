package dev.writ.rules;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Something that a rule can read of a fact. */
sealed interface FactField {

    String name();

    ValueType type();

    /**
     * A value of its own, such as {@code outcome}.
     *
     * @param vocabulary the only texts it can have; empty if there is no such list
     */
    record Plain(String name, ValueType type, Reading reading, List<String> vocabulary) implements FactField {
        public Plain {
            vocabulary = List.copyOf(vocabulary);
        }
    }

    /**
     * A value at a path, such as {@code number("amount")}.
     *
     * @param read what has to stand there
     * @param value made of that
     */
    record At(String name, ValueType type, Source source, ValueType read, UnaryOperator<Object> value)
            implements FactField {

        At(String name, ValueType type, Source source) {
            this(name, type, source, type, UnaryOperator.identity());
        }

        /** How many items a list has. */
        static At size(String name, Source source) {
            return new At(
                    name,
                    ValueType.NUMBER,
                    source,
                    ValueType.LIST,
                    list -> BigDecimal.valueOf(((JsonArray) list).items().size()));
        }

        /** @param zone of moments that say none */
        Reading reading(JsonPath path, ZoneId zone) {
            Function<Evaluation, JsonObject> object = source.object();
            return evaluation -> {
                Object found = path.in(object.apply(evaluation), read, zone);
                return found == Undefined.UNDEFINED ? found : value.apply(found);
            };
        }
    }

    /**
     * Where a path starts.
     *
     * @param isArguments a tool's input schema says what there is
     */
    record Source(Function<Evaluation, JsonObject> object, boolean isArguments) {}

    static FactField plain(String name, ValueType type, Reading reading) {
        return new Plain(name, type, reading, List.of());
    }

    static FactField oneOf(String name, ValueType type, Reading reading, List<String> vocabulary) {
        return new Plain(name, type, reading, vocabulary);
    }

    static FactField text(String name, Function<Evaluation, String> value) {
        return plain(name, ValueType.TEXT, value::apply);
    }

    static FactField optionalText(String name, Function<Evaluation, Optional<String>> value) {
        return plain(name, ValueType.TEXT, evaluation -> Undefined.unless(value.apply(evaluation)));
    }
}
