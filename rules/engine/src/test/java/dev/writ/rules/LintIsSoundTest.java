package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Decision;
import dev.writ.model.Facts;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What lint says of rules holds of random rules in random scenes. */
class LintIsSoundTest {

    private static final int BUNDLES = 300;
    private static final int SCENES = 150;

    private int never;
    private int covered;
    private int denied;

    @Test
    void aRuleThatNeverFiresIsSilentAndOneThatIsCoveredNeverDecidesAlone() {
        for (long seed = 0; seed < BUNDLES; seed++) {
            check(seed);
        }
        assertThat(never).as("rules said never to fire").isGreaterThan(20);
        assertThat(covered).as("rules said to be covered").isGreaterThan(20);
        assertThat(denied).as("rules said to be always denied").isGreaterThan(20);
    }

    private void check(long seed) {
        String drl = new SimpleRules(seed).drl(8);
        List<LintFinding> findings = Lint.check(Bundles.ofRules(drl), ToolSet.given(TestTools.ALL));
        assertThat(findings).noneMatch(finding -> finding.check().level() == LintCheck.Level.ERROR);
        Set<String> silent = named(findings, LintCheck.NEVER_FIRES);
        Set<String> redundant = named(findings, LintCheck.COVERED);
        Set<String> overruled = named(findings, LintCheck.ALWAYS_DENIED);
        never += silent.size();
        covered += redundant.size();
        denied += overruled.size();
        try (PolicyEngine engine = Bundles.engine(drl)) {
            List<Facts> scenes =
                    new ArrayList<>(new RandomScenes(seed).facts().limit(SCENES).toList());
            for (Facts scene : scenes) {
                Decision decision = engine.evaluate(scene);
                assertThat(decision.verdicts())
                        .as("seed %s, rules %s", seed, drl)
                        .extracting(Verdict::rule)
                        .doesNotContainAnyElementsOf(silent.isEmpty() ? Set.of("nobody") : silent);
                List<String> deciding =
                        decision.deciding().stream().map(Verdict::rule).toList();
                if (deciding.size() == 1) {
                    assertThat(redundant).as("seed %s, rules %s", seed, drl).doesNotContainAnyElementsOf(deciding);
                }
                decision.deciding().stream()
                        .filter(verdict -> overruled.contains(verdict.rule()))
                        .forEach(verdict -> assertThat(verdict.effect().text())
                                .as("seed %s, rules %s", seed, drl)
                                .isEqualTo("deny"));
            }
        }
    }

    private static Set<String> named(List<LintFinding> findings, LintCheck check) {
        return findings.stream()
                .filter(finding -> finding.check() == check)
                .map(finding -> finding.message().split("\"", 3)[1])
                .collect(Collectors.toSet());
    }

    /** Rules whose comparisons meet each other often. */
    private record SimpleRules(Random random) {
        SimpleRules(long seed) {
            this(new Random(seed));
        }

        String drl(int rules) {
            return IntStream.range(0, rules).mapToObj(this::rule).collect(Collectors.joining());
        }

        private String rule(int number) {
            String constraints = IntStream.range(0, 1 + random.nextInt(3))
                    .mapToObj(i -> random.nextInt(5) == 0
                            ? "(" + comparison() + " || " + comparison() + " && " + comparison() + ")"
                            : comparison())
                    .collect(Collectors.joining(", "));
            return Bundles.rule(
                    "r" + number,
                    "ToolCall( tool == \"billing.refund\", " + constraints + " )",
                    one("allow(\"a\")", "deny(\"d\")", "escalate(\"e\").to(\"finance\").within(\"4h\")"),
                    random.nextInt(4) > 0
                            ? ""
                            : one(
                                    "exists Past( labels contains \"bad\" )",
                                    "not Past( tool == \"billing.refund\" )",
                                    "Principal( onBehalfOf == \"ana\" )",
                                    "accumulate( Past( tool == \"billing.refund\" ); $n : count(); $n > 1 )\n"
                                            + "Principal( onBehalfOf == \"bob\", onBehalfOf == \"ana\" )"));
        }

        private String comparison() {
            String number = one("-10", "0", "50", "50.0", "200", "399");
            String text = one("\"a\"", "\"b\"", "\"abc\"");
            return switch (random.nextInt(8)) {
                case 0 -> "number(\"amount\") " + one("!=", "==") + " " + number;
                case 1 -> "text(\"note\") " + one("==", "!=") + " " + text;
                case 2 -> "text(\"note\") " + one("in", "not in") + " (" + text + ", \"b\")";
                case 3 -> "text(\"note\") " + one("matches", "not matches") + " \"a.*\"";
                case 4 -> number + " " + one("<", "<=", ">", ">=") + " number(\"amount\")";
                case 5 -> "text(\"payment\") " + one("==", "!=") + " \"p-1\"";
                default -> "number(\"amount\") " + one("<", "<=", ">", ">=") + " " + number;
            };
        }

        private String one(String... of) {
            return of[random.nextInt(of.length)];
        }
    }
}
