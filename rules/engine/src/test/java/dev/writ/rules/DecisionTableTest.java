package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Verdict;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules as rows. */
class DecisionTableTest {

    private static final String REFUNDS = """
            RuleTable refund limits
            NAME,CONDITION,CONDITION,METADATA,ACTION,ACTION
            ,"ToolCall( tool == 'billing.refund' )",,,,
            ,"text('payment') == '$1'","number('amount') > $1 && number('amount') <= $2","control('$1')","allow('up to $1')","escalate('over $1').to('$2').within('4h')"
            Name,Payment,Between,Control,Allowed up to,Asked over
            small,card,"0, 50",ASI02,50,
            large,card,"50, 200",ASI02,,"50, finance"
            anything,,"-20, 0.5",,a half,
            """.replace("'", "\"\"");

    private static Compilation compile(String csv) {
        return PolicyCompiler.compile(
                Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "limits.csv", csv)), TestTools.ALL);
    }

    private static List<BundleProblem> problems(String csv) {
        return compile(csv).fold(engine -> List.of(), problems -> problems);
    }

    private static Decision decide(String csv, String arguments) {
        return compile(csv)
                .fold(
                        engine -> {
                            try (engine) {
                                return engine.evaluate(Scene.refund(arguments).facts());
                            }
                        },
                        problems -> {
                            throw new AssertionError(problems.toString());
                        });
    }

    private static String canonical(String csv) {
        return compile(csv)
                .fold(
                        engine -> {
                            try (engine) {
                                return engine.canonicalRules();
                            }
                        },
                        problems -> {
                            throw new AssertionError(problems.toString());
                        });
    }

    /** A table with one column for the payment. */
    private static String table(String template, String... cells) {
        return "RuleTable t\nCONDITION,ACTION\n\"ToolCall( tool == \"\"billing.refund\"\" )\"\n\""
                + template.replace("\"", "\"\"") + "\",\"allow(\"\"because\"\")\"\nLabel,Opinion\n"
                + String.join(",X\n", cells) + ",X\n";
    }

    @Test
    void eachRowIsARule() {
        assertThat(canonical(REFUNDS)).isEqualTo("""
                        rule "refund limits: small"
                            @control("ASI02")
                        when
                            ToolCall( tool == "billing.refund", text("payment") == "card", number("amount") > 0 && number("amount") <= 50 )
                        then
                            allow("up to 50");
                        end

                        rule "refund limits: large"
                            @control("ASI02")
                        when
                            ToolCall( tool == "billing.refund", text("payment") == "card", number("amount") > 50 && number("amount") <= 200 )
                        then
                            escalate("over 50").to("finance").within("4h");
                        end

                        rule "refund limits: anything"
                        when
                            ToolCall( tool == "billing.refund", number("amount") > -20 && number("amount") <= 0.5 )
                        then
                            allow("up to a half");
                        end
                        """);
    }

    @Test
    void theRowThatDecidesIsNamed() {
        Decision decision = decide(REFUNDS, "{\"amount\": 60, \"payment\": \"card\"}");

        assertThat(decision.effect()).isEqualTo(Effect.ESCALATE);
        assertThat(decision.deciding()).extracting(Verdict::rule).containsExactly("refund limits: large");
    }

    @Test
    void whatNoRowAllowsIsDenied() {
        assertThat(decide(REFUNDS, "{\"amount\": 60, \"payment\": \"cash\"}").effect())
                .isEqualTo(Effect.DENY);
    }

    @Test
    void aRowWithoutANameIsCalledByItsLine() {
        assertThat(canonical(table("text(\"payment\") == \"$1\"", "a", "b")))
                .contains("rule \"t: row 6\"", "rule \"t: row 7\"");
    }

    @Test
    void columnsReachIntoEveryKindOfPattern() {
        String csv = """
                RuleTable t
                CONDITION,CONDITION,CONDITION,CONDITION,CONDITION,ACTION
                "ToolCall( tool == 'billing.refund', $amount : number('amount') )",Principal(),"not ( Past( tool == 'crm.lookup' ) over window:time(1h) )","accumulate( Past( tool == 'billing.refund', $a : number('amount') ); $n : count(), $s : sum($a) )",
                $amount < $1,"agent == '$1'","outcome == '$1'",$s + $amount <= $1,$n <= $1,"deny('x')"
                a,b,c,d,e,f
                1,bot,failed,5,6,X
                """;
        csv = csv.replace("'", "\"\"");

        assertThat(canonical(csv)).contains("""
                    ToolCall( tool == "billing.refund", $amount : number("amount"), $amount < 1 )
                    Principal( agent == "bot" )
                    not Past( tool == "crm.lookup", outcome == "failed" ) over window:time(1h)
                    accumulate( Past( tool == "billing.refund", $a : number("amount") ); $n : count(), $s : sum($a); $s + $amount <= 5, $n <= 6 )
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\"\" ) then allow(\"\"all",
                "$1",
                "$2",
                "\"\" || tool == \"\"billing.refund",
                "\\\"\" ) ; end rule \"\"x",
                "); System.exit(1); //",
                "/* */",
                "true",
                "1",
                "${jndi:ldap://x}",
                "&&"
            })
    void aCellIsOnlyEverAValue(String cell) {
        String csv = table("text(\"payment\") == \"$1\"", "\"" + cell + "\"");
        String value = cell.replace("\"\"", "\"");

        assertThat(compile(csv)
                        .<Integer>fold(engine -> engine.canonicalRules().split("(?m)^rule ", -1).length, p -> -1))
                .isEqualTo(2);
        assertThat(decide(csv, "{\"payment\": \"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}")
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(csv, "{\"payment\": \"other\"}").effect()).isEqualTo(Effect.DENY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EUR|{\"payment\": \"EUR\"}|ALLOW",
                "'\"EUR, USD\"'|{\"payment\": \"USD\"}|ALLOW",
                "'\"EUR, USD\"'|{\"payment\": \"CHF\"}|DENY",
                "'\"EUR, \"\"a,b\"\"\"'|{\"payment\": \"a,b\"}|ALLOW"
            })
    void aCellCanListValues(String cell, String arguments, Effect effect) {
        assertThat(decide(table("text(\"payment\") in (\"$1\")", cell), arguments)
                        .effect())
                .isEqualTo(effect);
    }

    @Test
    void numbersAndFlagsAreWrittenAsSpreadsheetsDo() {
        assertThat(canonical(table("number(\"amount\") == $1", "-0.50"))).contains("number(\"amount\") == -0.5 )");
        assertThat(canonical(table("flag(\"urgent\") == $1", "TRUE"))).contains("flag(\"urgent\") == true )");
    }

    @Test
    void aFixedTemplateAppliesWhereThereIsAnX() {
        String csv = "RuleTable t\nNAME,CONDITION,ACTION\n,\"ToolCall( tool == \"\"billing.refund\"\" )\"\n,"
                + "\"flag(\"\"urgent\"\") == true\",\"allow(\"\"because\"\")\"\nName,Urgent,Opinion\na,X,x\nb,,X\n";

        assertThat(canonical(csv))
                .contains("ToolCall( tool == \"billing.refund\", flag(\"urgent\") == true )")
                .contains("ToolCall( tool == \"billing.refund\" )");
    }

    @Test
    void aFileHoldsSeveralTablesInTheSpellingOfAnySystem() {
        String one = table("text(\"payment\") == \"$1\"", "a");
        String csv = "\ufeff" + one + "\n,,\n" + one.replace("RuleTable t", "RuleTable second");

        assertThat(canonical(csv.replace("\n", "\r\n"))).contains("\"t: row 6\"", "\"second: row 14\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "RuleTable t|DecisionTable t|1|1|found 'DecisionTable t'; a table starts with",
                "RuleTable t|RuleTable t,x|1|13|behind the table's name",
                "CONDITION,A|SALIENCE,A|2|1|found 'SALIENCE'; a column is one of",
                "CONDITION,ACTION|ACTION,ACTION|3|2|patterns stand below CONDITION",
                "\"ToolCall(|\"eval(|3|2|here stands ToolCall",
                "\"\"billing.refund|\"\"billing.refnd|3|20|there is no tool 'billing.refnd'",
                "text(\"\"payment|text(\"\"paymnt|4|2|has no argument 'paymnt'",
                "== \"\"$1\"\"|== $2|4|2|uses $2 and not $1",
                "== \"\"$1\"\"|== $param|4|23|a hole is $1",
                "== \"\"$1\"\"|== \"\"a $1\"\"|4|23|fills the whole text",
                "== \"\"$1\"\"|~ \"\"$1\"\"|4|20|'~' has no meaning",
                "== \"\"$1\"\"|== \"\"$1\"\" ) Past(|4|30|the cell ends here",
                "\"allow(|\"explode(|4|32|found 'explode'; allow(\"reason\")",
                "Label,Opinion|Label|5|1|has no name for people",
                "Label,Opinion|5,X|5|1|has no name for people",
                "a,X|a|6|1|a row says one thing",
                "a,X|a,yes|6|3|holds X",
                "a,X|a,X,b|6|5|no such column",
                "a,X|=cmd(),X|6|1|for a formula",
                "a,X|@SUM(1),X|6|1|for a formula",
                "a,X|a\u202e,X|6|2|invisible character U+202E",
                "a,X|a\"b,X|6|2|with those inside doubled",
                "a,X|\"a\"b,X|6|4|stands ',' or the end",
                "a,X|\"a,X|6|1|never ends"
            })
    void whatIsWrongIsNamedAtItsPlace(String right, String wrong, int line, int column, String message) {
        String csv = table("text(\"payment\") == \"$1\"", "a")
                .replaceFirst(Pattern.quote(right), Matcher.quoteReplacement(wrong));

        assertThat(problems(csv)).anySatisfy(problem -> {
            assertThat(problem.message()).contains(message);
            assertThat(problem.toString()).startsWith("limits.csv:" + line + ":" + column + ": ");
        });
    }

    @Test
    void placesAreRightBehindQuotedLines() {
        String csv = table("text(\"payment\")\n == \"$1\",\n txt(\"note\") == \"b\"", "a");

        assertThat(problems(csv))
                .extracting(BundleProblem::toString)
                .singleElement()
                .asString()
                .startsWith("limits.csv:6:2: ToolCall has no 'txt'");
    }

    @Test
    void rowsBehindAnEmptyOneAreNoRows() {
        assertThat(problems(table("text(\"payment\") == \"$1\"", "a") + "\nb,X\n"))
                .extracting(BundleProblem::toString)
                .singleElement()
                .asString()
                .startsWith("limits.csv:8:1: found 'b'; a table starts with");
    }

    @Test
    void rowsOfOneNameAreRefused() {
        assertThat(problems(REFUNDS.replace("large,", "small,")))
                .extracting(BundleProblem::toString)
                .containsExactly("limits.csv:7:1: there is another rule of this name; it is its id in every record");
    }
}
