package dev.writ.rules;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The words that rules are written with, for editors that complete them. */
public final class Vocabulary {

    private static final List<String> STRUCTURE = List.of(
            "rule",
            "when",
            "then",
            "end",
            "not",
            "exists",
            "forall",
            "accumulate",
            "over window:time",
            "from entry-point");

    private static final List<String> COMPARISONS = List.of("in", "contains", "matches");

    private static final List<String> FUNCTIONS = List.of("count", "sum", "min", "max", "average", "last");

    private static final List<String> VERDICTS =
            List.of("allow", "deny", "escalate", "to", "within", "approvals", "otherwise");

    private Vocabulary() {}

    /** Each once: the language's own words, then the facts, then what a rule can read of them. */
    public static List<String> words() {
        return Stream.of(
                        STRUCTURE.stream(),
                        COMPARISONS.stream(),
                        FUNCTIONS.stream(),
                        VERDICTS.stream(),
                        ObligationParser.VERBS.stream(),
                        Arrays.stream(FactType.values()).map(FactType::written),
                        Arrays.stream(FactType.values())
                                .flatMap(type -> FactFields.of(type).stream())
                                .map(FactField::name))
                .flatMap(words -> words)
                .distinct()
                .toList();
    }
}
