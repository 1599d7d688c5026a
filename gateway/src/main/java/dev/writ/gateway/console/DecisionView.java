package dev.writ.gateway.console;

import dev.writ.gateway.call.Explanation;
import dev.writ.gateway.call.Why;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One decision of a call, as its page shows it.
 *
 * @param spoken rules that spoke
 * @param origins where arguments were seen before; none if no rule asked
 * @param others rules about the tool that did not speak
 */
record DecisionView(
        Explanation.Decision decision,
        List<Spoken> spoken,
        List<Seen> origins,
        List<Why.Rule> spoke,
        List<Why.Rule> others) {

    /** Sources of which outsiders or the model itself are the author. */
    private static final Set<String> DOUBTED = Set.of("untrusted", "nowhere");

    /**
     * A rule that spoke, as the log says it.
     *
     * @param requirement what it asks of people
     * @param obligations what it makes of the arguments, the result or of what has to follow
     * @param matched indices of the earlier decisions that it rests on
     */
    record Spoken(
            String effect,
            String rule,
            String reason,
            Optional<JsonValue> requirement,
            Optional<JsonValue> obligations,
            List<Long> matched) {

        static Spoken of(JsonObject verdict) {
            return new Spoken(
                    verdict.text("effect").orElse(""),
                    verdict.text("rule").orElse(""),
                    verdict.text("reason").orElse(""),
                    verdict.get("requirement"),
                    verdict.get("obligations"),
                    indices(verdict, "matched"));
        }
    }

    /** Where the value of an argument was seen before. */
    record Seen(String argument, String source, boolean isTainted, List<Long> seenAt) {

        static Seen of(JsonObject origin) {
            return new Seen(
                    origin.text("argument").orElse(""),
                    origin.text("source").orElse(""),
                    origin.isTrue("tainted"),
                    indices(origin, "seenAt"));
        }

        public boolean isDoubted() {
            return isTainted || DOUBTED.contains(source);
        }
    }

    static DecisionView of(Explanation.Decision decision) {
        List<Why.Rule> rules = decision.why().map(Why::rules).orElse(List.of());
        return new DecisionView(
                decision,
                objects(decision.verdicts()).map(Spoken::of).toList(),
                decision.origins().stream()
                        .flatMap(DecisionView::objects)
                        .map(Seen::of)
                        .toList(),
                rules.stream().filter(rule -> !rule.state().equals("fails")).toList(),
                rules.stream().filter(rule -> rule.state().equals("fails")).toList());
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.items().stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
    }

    private static List<Long> indices(JsonObject of, String name) {
        return of.array(name).map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonNumber.class::isInstance)
                .map(index -> ((JsonNumber) index).value().longValue())
                .toList();
    }
}
