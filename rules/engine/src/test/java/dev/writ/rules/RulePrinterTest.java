package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RulePrinterTest {

    @Test
    void whatIsPrintedParsesToTheSameRules() {
        assertThat(IntStream.range(0, 500)).allSatisfy(seed -> {
            List<RuleSyntax> rules = new RandomRules(seed).rules(5);
            List<BundleProblem> problems = new ArrayList<>();

            List<RuleSyntax> parsed = RuleParser.parse("random.drl", RulePrinter.print(rules), problems);

            assertThat(problems).isEmpty();
            assertThat(parsed).isEqualTo(rules);
        });
    }

    @Test
    void printsOneSpellingOfWhatCanBeSpeltInMany() {
        String drl = """
                /* a comment */ rule "r" @control("ASI02")
                when ToolCall(tool=="billing.refund",$a:number("amount"),((number("amount")>=050.50)))
                then escalate("\\"why\\"").to("finance").approvals(1).within("60m"); end
                """;

        assertThat(Bundles.engine(drl).canonicalRules()).isEqualTo("""
                        rule "r"
                            @control("ASI02")
                        when
                            ToolCall( tool == "billing.refund", $a : number("amount"), number("amount") >= 50.5 )
                        then
                            escalate("\\"why\\"").to("finance").within("1h");
                        end
                        """);
    }
}
