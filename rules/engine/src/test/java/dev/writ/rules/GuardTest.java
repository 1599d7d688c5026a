package dev.writ.rules;

import static dev.writ.rules.Bundles.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.writ.model.Effect;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that DRL can say and a policy must not. */
class GuardTest {

    private static final char CARET = '\u2038';

    /** Each a name and a file that is refused at the caret, which stands before the offending part. */
    static Stream<Arguments> hostile() throws IOException {
        return Stream.concat(written(), made());
    }

    private static Stream<Arguments> written() throws IOException {
        try (InputStream in = Objects.requireNonNull(GuardTest.class.getResourceAsStream("hostile-rules.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(": ", 2))
                    .map(parts -> Arguments.of(parts[0], parts[1]));
        }
    }

    /** What would be hard to read, or long, in a file. */
    private static Stream<Arguments> made() {
        return Stream.of(
                Arguments.of("right-to-left override", whenCall("tool == \"\u2038\u202e\"")),
                Arguments.of("NUL", whenCall("tool == \"\u2038\0\"")),
                Arguments.of("zero width space in a comment", "// a\u2038\u200bb\n" + whenCall("")),
                Arguments.of("keyword with a foreign letter", "\u2038r\u0443le \"r\" when ToolCall()"),
                Arguments.of("long number", whenCall("number(\"amount\") > \u2038" + "9".repeat(31))),
                Arguments.of("long text", whenCall("tool == \u2038\"" + "a".repeat(1_001) + "\"")),
                Arguments.of(
                        "long name", "\u2038rule \"" + "r".repeat(201) + "\" when ToolCall() then allow(\"x\"); end"),
                Arguments.of("deep parentheses", whenCall("(".repeat(16) + "\u2038" + "(".repeat(5_000))),
                Arguments.of("long sum", whenCall("1" + " + 1".repeat(15) + " \u2038+ 1 == 17")),
                Arguments.of(
                        "long list", whenCall("tool in \u2038(\"mail.send\"" + ", \"mail.send\"".repeat(1_000) + ")")),
                Arguments.of(
                        "many patterns",
                        "\u2038rule \"r\" when ToolCall() " + "Past() ".repeat(16) + " then allow(\"x\"); end"));
    }

    private static String whenCall(String constraints) {
        return "rule \"r\" when ToolCall( " + constraints + " ) then allow(\"x\"); end";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refusesAtItsPlace(String what, String marked) {
        int caret = marked.indexOf(CARET);
        String before = marked.substring(0, caret);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int column = caret - before.lastIndexOf('\n');

        List<BundleProblem> problems = problems(before + marked.substring(caret + 1));

        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.file()).isEqualTo("rules.drl");
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.column()).as(problem.message()).isEqualTo(column);
            assertThat(problem.message()).isNotBlank().hasSizeLessThan(600);
        });
    }

    @Test
    void namesTheNearestAllowedConstruct() {
        assertThat(problems("rule \"r\" salience 10 when ToolCall() then allow(\"x\"); end"))
                .extracting(BundleProblem::toString)
                .containsExactly(
                        "rules.drl:1:10: found 'salience'; @control(\"...\"), @owner(\"...\"), @unless(\"...\") or 'when' is expected");
        assertThat(problems("rule \"r\" when ToolCall( tol == \"mail.send\" ) then allow(\"x\"); end"))
                .extracting(BundleProblem::message)
                .containsExactly(
                        "ToolCall has no 'tol'; did you mean tool? There is argumentCount, date, envelopeUse, enveloped, flag, list,"
                                + " moment, number, purpose, session, size, text, ...");
        assertThat(problems("rule \"r\" when ToolCall( tool == \"mail.sendd\" ) then allow(\"x\"); end"))
                .extracting(BundleProblem::message)
                .containsExactly("there is no tool 'mail.sendd'; did you mean mail.send? There is billing.export,"
                        + " billing.payments, billing.refund, crm.lookup, mail.send");
    }

    @Test
    void tellsAllProblemsAtOnce() {
        String drl = """
                import java.util.List;
                rule "a"
                when
                    ToolCall( tool == "billing.refnd", origin == "x" )
                then
                    allow("x");
                end
                rule "b" when eval(true) then allow("x"); end
                rule "c" when ToolCall() then explode("x"); end
                """;

        assertThat(problems(drl)).extracting(BundleProblem::line).containsExactly(1, 4, 4, 8, 9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "(a|a)*b", "(.*)*(.*)*(.*)*x", "(a|aa)+$", "([a-zA-Z]+)*[^a-z]", "(x+x+)+y"})
    void expressionsThatExplodeElsewhereTakeLinearTime(String expression) {
        String drl = Bundles.allow("ToolCall( tool == \"mail.send\", text(\"body\") matches \"" + expression + "\" )");

        assertThat(assertTimeoutPreemptively(
                        Duration.ofSeconds(60),
                        () -> Bundles.decide(
                                drl, Scene.call("mail.send", "{\"body\": \"" + "a".repeat(50_000) + "!\"}"))))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"list(\"items\") contains list(\"items\")", "common(list(\"items\"), list(\"items\")) == 32768"})
    void textsOfOneHashAreFoundAsQuicklyAsOthers(String constraint) {
        List<String> alike = List.of("");
        for (int i = 0; i < 15; i++) {
            alike = alike.stream()
                    .flatMap(text -> Stream.of(text + "Aa", text + "BB"))
                    .toList();
        }
        String items = "{\"items\": [\"" + String.join("\", \"", alike) + "\"]}";
        String drl = Bundles.allow("ToolCall( tool == \"billing.refund\", " + constraint + " )");

        // CPU time, since machines are busy.
        long started = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(Bundles.decide(drl, Scene.refund(items)).effect()).isEqualTo(Effect.ALLOW);
        long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - started;
        assertThat(Duration.ofNanos(taken)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aTextIsOnlyEverAText() {
        String drl = Bundles.allow(
                "ToolCall( tool == \"mail.send\", text(\"body\") == \"\\\" ) then System.exit(1); end // \\\\\" )");

        assertThat(Bundles.decide(
                                drl, Scene.call("mail.send", "{\"body\": \"\\\" ) then System.exit(1); end // \\\\\"}"))
                        .effect())
                .isEqualTo(Effect.ALLOW);
    }
}
