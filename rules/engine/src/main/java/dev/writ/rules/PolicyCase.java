package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.JsonValue;
import dev.writ.model.Verdict;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Facts, and what must come out. */
record PolicyCase(String name, String file, int line, Facts facts, Expectation expectation) {

    /**
     * What must come out.
     *
     * @param rules that decide, exactly; empty if any may
     * @param obligations that the decision carries, exactly, in any order; empty if any may
     */
    record Expectation(Effect effect, Optional<Set<String>> rules, Optional<Set<JsonValue>> obligations) {

        boolean isMetBy(Decision decision) {
            Set<String> deciding =
                    decision.deciding().stream().map(Verdict::rule).collect(Collectors.toSet());
            Set<JsonValue> obliged = Set.copyOf(decision.obligations().toJson().items());
            return decision.effect() == effect
                    && rules.map(deciding::equals).orElse(true)
                    && obligations.map(obliged::equals).orElse(true);
        }

        @Override
        public String toString() {
            return effect.text()
                    + rules.map(names -> names.isEmpty()
                                    ? " without any rule"
                                    : new TreeSet<>(names)
                                            .stream()
                                                    .map(name -> '"' + name + '"')
                                                    .collect(Collectors.joining(" and ", " by ", "")))
                            .orElse("")
                    + obligations
                            .map(expected -> expected.isEmpty()
                                    ? " without obligations"
                                    : expected.stream()
                                            .map(JsonValue::toJson)
                                            .sorted()
                                            .collect(Collectors.joining(" and ", " obliging to ", "")))
                            .orElse("");
        }
    }
}
