package dev.writ.rules;

import com.google.re2j.Pattern;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The comparisons there are, without their negations. */
final class Comparisons {

    private Comparisons() {}

    static Comparison equal(ValueType type) {
        return type == ValueType.NUMBER ? (left, right) -> compare(left, right) == 0 : Object::equals;
    }

    static Comparison ordering(Operator operator) {
        return switch (operator) {
            case LESS -> (left, right) -> compare(left, right) < 0;
            case AT_MOST -> (left, right) -> compare(left, right) <= 0;
            case MORE -> (left, right) -> compare(left, right) > 0;
            case AT_LEAST -> (left, right) -> compare(left, right) >= 0;
            default -> throw new IllegalArgumentException(operator.written());
        };
    }

    /** The left text holds the right one. */
    static Comparison containsText() {
        return (left, right) -> ((String) left).contains((String) right);
    }

    /** The left list has the right value as an item. */
    static Comparison containsItem() {
        return Comparisons::hasItem;
    }

    static Comparison memberOf() {
        return (left, right) -> hasItem(right, left);
    }

    /** Every item of the right list is one of the left, texts exactly, numbers by value, objects member by member. */
    static Comparison containsAll() {
        return (left, right) -> new HashSet<>(texts(left)).containsAll(texts(right));
    }

    /** How many items of one list are in another. */
    static int common(Object of, Object in) {
        Set<String> known = new HashSet<>(texts(in));
        return (int) texts(of).stream().filter(known::contains).count();
    }

    /**
     * Of each item its canonical text, the same for equal ones: JSON numbers are equal by value. Texts have an order, so a set of
     * them stays quick even if an agent sends thousands of one hash.
     */
    private static List<String> texts(Object list) {
        return list instanceof JsonArray array
                ? array.items().stream().map(JsonValue::toJson).toList()
                : ((Collection<?>) list)
                        .stream()
                                .map(text -> new JsonString((String) text).toJson())
                                .toList();
    }

    /** The left value is one of those, which are of its type; the right one is not looked at. */
    static Comparison oneOf(Collection<?> values, ValueType type) {
        Set<Object> wanted =
                values.stream().map(value -> comparable(value, type)).collect(Collectors.toUnmodifiableSet());
        return (left, right) -> wanted.contains(comparable(left, type));
    }

    /** The whole left text matches; the right one is not looked at. */
    static Comparison matches(Pattern pattern) {
        return (left, right) -> pattern.matcher((String) left).matches();
    }

    private static int compare(Object left, Object right) {
        if (left instanceof BigDecimal number) {
            return number.compareTo((BigDecimal) right);
        }
        if (left instanceof Instant moment) {
            return moment.compareTo((Instant) right);
        }
        return left instanceof LocalDate date
                ? date.compareTo((LocalDate) right)
                : ((LocalTime) left).compareTo((LocalTime) right);
    }

    private static Object comparable(Object value, ValueType type) {
        return type == ValueType.NUMBER ? ((BigDecimal) value).stripTrailingZeros() : value;
    }

    private static boolean hasItem(Object list, Object item) {
        if (!(list instanceof JsonArray array)) {
            return ((Collection<?>) list).contains(item);
        }
        for (JsonValue candidate : array.items()) {
            if (isSame(candidate, item)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSame(JsonValue candidate, Object item) {
        if (candidate instanceof JsonString text) {
            return text.value().equals(item);
        } else if (candidate instanceof JsonNumber number) {
            return item instanceof BigDecimal wanted && number.value().compareTo(wanted) == 0;
        } else {
            return candidate instanceof JsonBoolean flag && item.equals(flag == JsonBoolean.TRUE);
        }
    }
}
