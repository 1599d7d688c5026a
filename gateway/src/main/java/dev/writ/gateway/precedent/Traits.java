package dev.writ.gateway.precedent;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ask;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What calls are compared by. Read from the view that its approvers have, for as long as it is not erased; never kept.
 *
 * @param person that it acts for
 * @param shape paths of arguments with the types of what is there; items of one array have one path
 * @param numbers by path; of several the one that is furthest from zero
 * @param trigrams of the texts, by path
 */
record Traits(
        String agent,
        Optional<String> person,
        Set<String> rules,
        Set<String> shape,
        Map<String, BigDecimal> numbers,
        Map<String, Set<String>> trigrams) {

    /** Beyond that a call is compared by what comes first in it. */
    private static final int MOST_LEAVES = 200;

    private static final int MOST_TEXT = 4_000;
    private static final int DEEPEST = 32;

    Traits {
        rules = Set.copyOf(rules);
        shape = Set.copyOf(shape);
        numbers = new TreeMap<>(numbers);
        trigrams = Map.copyOf(trigrams);
    }

    static Traits of(Approval approval) {
        Walk walk = new Walk();
        walk.into("", approval.escalation().view().object("arguments").orElse(JsonObject.empty()), 0);
        return new Traits(
                approval.escalation().agent(),
                approval.escalation().view().text("onBehalfOf"),
                approval.escalation().asks().stream().map(Ask::rule).collect(Collectors.toSet()),
                walk.shape,
                walk.numbers,
                walk.trigrams);
    }

    @Override
    public String toString() {
        return "Traits";
    }

    private static final class Walk {

        private final Set<String> shape = new HashSet<>();
        private final Map<String, BigDecimal> numbers = new HashMap<>();
        private final Map<String, Set<String>> trigrams = new HashMap<>();
        private int leaves;
        private int text;

        void into(String path, JsonValue value, int depth) {
            if (leaves >= MOST_LEAVES || depth > DEEPEST) {
                return;
            }
            if (value instanceof JsonObject object) {
                object.members()
                        .forEach((name, member) -> into(path.isEmpty() ? name : path + "." + name, member, depth + 1));
            } else if (value instanceof JsonArray array) {
                array.items().forEach(item -> into(path + "[]", item, depth + 1));
            } else {
                leaf(path, value);
            }
        }

        private void leaf(String path, JsonValue value) {
            leaves++;
            shape.add(path + " " + value.getClass().getSimpleName());
            if (value instanceof JsonNumber number) {
                numbers.merge(
                        path, number.value(), (one, other) -> one.abs().compareTo(other.abs()) >= 0 ? one : other);
            } else if (value instanceof JsonString string && text < MOST_TEXT) {
                String compared =
                        string.value().substring(0, Math.min(string.value().length(), MOST_TEXT - text));
                text += compared.length();
                trigrams.computeIfAbsent(path, first -> new HashSet<>()).addAll(Trigrams.of(compared));
            }
        }
    }
}
