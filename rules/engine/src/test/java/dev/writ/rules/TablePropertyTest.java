package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Decision;
import dev.writ.model.Facts;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows that are found by a hash decide what as many rules would. */
class TablePropertyTest {

    private static final String HEADER = """
            RuleTable t
            CONDITION,CONDITION,CONDITION,CONDITION,CONDITION,CONDITION,CONDITION,ACTION,ACTION
            "ToolCall( tool == 'billing.refund' )",,,,,,"not Past( tool == 'crm.lookup' )",,
            "text('payment') == '$1'","$1 == number('amount')","text('note') in ('$1')","text('note') != '$1'","number('amount') > $1","number('amount') < $1","outcome == '$1'","allow('$1')","deny('$1')"
            a,b,c,d,e,f,g,h,i
            """.replace("'", "\"\"");

    private static final String RULE_START = "(?m)^(?=rule \")";

    private final Random random = new Random(20260102);

    @Test
    void aTableDecidesWhatItsRowsDecideAsRulesOfTheirOwn() {
        int spoke = 0;
        for (int round = 0; round < 10; round++) {
            PolicyEngine table = engine("t.csv", HEADER + rows(60));
            List<PolicyEngine> alone = new ArrayList<>();
            for (String rule : table.canonicalRules().split(RULE_START, -1)) {
                alone.add(engine("t.drl", rule));
            }
            List<Facts> scenes = new RandomScenes(round).facts().limit(200).toList();
            for (Facts facts : scenes) {
                List<Verdict> verdicts = alone.stream()
                        .flatMap(rule -> rule.evaluate(facts).verdicts().stream())
                        .toList();
                Decision together = table.evaluate(facts);
                spoke += verdicts.isEmpty() ? 0 : 1;

                assertThat(together).isEqualTo(Decision.combine(verdicts, facts.grants(), facts.now()));
            }
            alone.forEach(PolicyEngine::close);
            table.close();
        }
        assertThat(spoke).isGreaterThan(500);
    }

    private String rows(int count) {
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String verdict = random.nextBoolean() ? "r" + i + "," : ",r" + i;
            csv.append(String.join(
                            ",",
                            cell("p-1", "p-2", "a"),
                            cell("1", "20", "50.0", "51"),
                            cell("a", "\"a, abc\"", "\"b, a, b\""),
                            cell("a", "b"),
                            cell("-1", "100"),
                            cell("0", "300"),
                            cell("failed", "succeeded"),
                            verdict))
                    .append('\n');
        }
        return csv.toString();
    }

    private String cell(String... of) {
        return random.nextInt(3) == 0 ? "" : of[random.nextInt(of.length)];
    }

    private static PolicyEngine engine(String file, String text) {
        return PolicyCompiler.compile(Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, file, text)), TestTools.ALL)
                .fold(engine -> engine, problems -> {
                    throw new AssertionError(problems.toString());
                });
    }
}
