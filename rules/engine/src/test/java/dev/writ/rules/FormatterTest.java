package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FormatterTest {

    private final List<BundleProblem> problems = new ArrayList<>();

    @Test
    void writesTheCanonicalFormAndKeepsEveryCommentInItsPlace() {
        String formatted = format("""
                // About refunds.
                //

                /* the
                   first */
                rule "a"   @control( "ASI02" ) // noted
                when ToolCall( tool=="billing.refund",number("amount")>1.50 ) // of money
                  // nobody else "here"
                  exists Past( labels contains "x // y", // a label
                     tool == "b" )
                then
                 // why
                 allow( "it is" ) ; end // done


                rule "b" when ToolCall() then deny("no"); end
                // the end
                """);

        assertThat(formatted).isEqualTo("""
                        // About refunds.
                        //

                        /* the
                           first */
                        rule "a"
                            @control("ASI02")
                        when
                            // noted
                            // of money
                            ToolCall( tool == "billing.refund", number("amount") > 1.5 )
                            // nobody else "here"
                            // a label
                            exists Past( labels contains "x // y", tool == "b" )
                        then
                            // why
                            // done
                            allow("it is");
                        end

                        rule "b"
                        when
                            ToolCall()
                        then
                            deny("no");
                        end

                        // the end
                        """);
        assertThat(format(formatted)).isEqualTo(formatted);
        assertThat(problems).isEmpty();
    }

    @Test
    void breaksLongLinesWhereNothingIsQuoted() {
        String many = Stream.generate(() -> "text(\"note\") != \"" + "a, b; ".repeat(4) + "\"")
                .limit(9)
                .reduce((one, two) -> one + ", " + two)
                .orElseThrow();

        String formatted = format("rule \"a\" when ToolCall( " + many + " ) then deny(\"no\"); end");

        assertThat(formatted.lines()).hasSizeGreaterThan(8).allMatch(line -> line.length() <= 120);
        assertThat(rules(formatted))
                .isEqualTo(rules("rule \"a\" when ToolCall( " + many + " ) then deny(\"no\"); end"));
        assertThat(format(formatted)).isEqualTo(formatted);
    }

    @Test
    void changesNoRuleOfAPack() throws IOException {
        for (String file : List.of("refunds.drl", "reading.drl")) {
            String text = Files.readString(Path.of("..", "packs", "billing-support", file));

            String formatted = format(text);

            assertThat(rules(formatted)).isEqualTo(rules(text)).isNotEmpty();
            assertThat(formatted.lines().filter(line -> line.startsWith("//")))
                    .containsExactlyElementsOf(
                            text.lines().filter(line -> line.startsWith("//")).toList());
        }
    }

    @Test
    void changesNoRuleWhatever() {
        for (long seed = 0; seed < 500; seed++) {
            List<RuleSyntax> rules = new RandomRules(seed).rules(2);

            String formatted = format(RulePrinter.print(rules));

            assertThat(rules(formatted)).isEqualTo(rules);
            assertThat(format(formatted)).isEqualTo(formatted);
        }
    }

    @Test
    void leavesAloneWhatItCannotRead() {
        String broken = "rule \"a\" when ToolCall( then deny(\"no\"); end";

        assertThat(format(broken)).isEqualTo(broken);
        assertThat(problems).isNotEmpty();
    }

    private String format(String text) {
        return Formatter.format("a.drl", text, problems);
    }

    private static List<RuleSyntax> rules(String text) {
        return RuleParser.parse("a.drl", text, new ArrayList<>());
    }
}
