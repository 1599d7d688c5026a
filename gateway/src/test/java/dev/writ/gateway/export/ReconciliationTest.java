package dev.writ.gateway.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.gateway.export.Reconciliation.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReconciliationTest {

    @TempDir
    private Path folder;

    private static PermittedCall permit(String call, String outcome) {
        return new PermittedCall(call, 7, "bank.pay", outcome, Optional.of("up-" + call));
    }

    private static Effect effect(long line, String call) {
        return new Effect(line, Optional.of(call), Optional.empty());
    }

    private static Reconciliation reconcile(List<PermittedCall> permits, Effect... effects) {
        return Reconciliation.of(permits, new PermitsOfTime.Told(List.of(), Set.of()), List.of(effects));
    }

    private static List<String> problems(Reconciliation result) {
        return result.differences().stream()
                .map(difference -> difference.problem().text()
                        + difference.lines()
                        + difference.permit().map(PermittedCall::call).orElse(""))
                .toList();
    }

    @Test
    void whatSucceededAndHappenedOnceAgrees() {
        Reconciliation result =
                reconcile(List.of(permit("a", "succeeded"), permit("b", "succeeded")), effect(2, "b"), effect(3, "a"));

        assertThat(result.isClean()).isTrue();
        assertThat(result.permits()).isEqualTo(2);
    }

    @Test
    void anEffectThatNobodyPermittedIsFound() {
        assertThat(problems(reconcile(List.of(permit("a", "succeeded")), effect(2, "a"), effect(3, "x"))))
                .containsExactly("effect-without-permit[3]");
    }

    @Test
    void aPermitThatSucceededWithoutEffectIsFound() {
        assertThat(problems(reconcile(List.of(permit("a", "succeeded"), permit("b", "succeeded")), effect(2, "a"))))
                .containsExactly("permit-without-effect[]b");
    }

    @ParameterizedTest
    @CsvSource({"failed,outcome-differs[2]a", "abandoned,outcome-differs[2]a", "unknown,outcome-unknown[2]a"})
    void anEffectOfACallThatDidNotSucceedByTheLogIsFound(String outcome, String problem) {
        assertThat(problems(reconcile(List.of(permit("a", outcome)), effect(2, "a"))))
                .containsExactly(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "abandoned", "unknown", "open"})
    void aCallThatDidNotSucceedNeedsNoEffect(String outcome) {
        assertThat(reconcile(List.of(permit("a", outcome))).isClean()).isTrue();
    }

    @Test
    void whatHappenedTwiceIsFound() {
        assertThat(problems(reconcile(List.of(permit("a", "succeeded")), effect(2, "a"), effect(9, "a"))))
                .containsExactly("duplicate[2, 9]a");
    }

    @Test
    void anEffectIsMatchedByTheSystemsOwnIdWhereItHasNoCallId() {
        Reconciliation result =
                reconcile(List.of(permit("a", "succeeded")), new Effect(2, Optional.empty(), Optional.of("up-a")));

        assertThat(result.isClean()).isTrue();
    }

    @Test
    void aWrongCallIdIsNotExcusedByARightUpstreamId() {
        Reconciliation result =
                reconcile(List.of(permit("a", "succeeded")), new Effect(2, Optional.of("x"), Optional.of("up-a")));

        assertThat(problems(result)).containsExactly("effect-without-permit[2]", "permit-without-effect[]a");
    }

    @Test
    void aPermitFromOutsideOfTheTimeExplainsAnEffectAndNeedsNone() {
        Reconciliation result = Reconciliation.of(
                List.of(),
                new PermitsOfTime.Told(List.of(permit("a", "succeeded"), permit("b", "succeeded")), Set.of()),
                List.of(effect(2, "a")));

        assertThat(result.isClean()).isTrue();
    }

    @Test
    void whatWasPrunedCannotBeToldAndStopsNothing() {
        PermittedCall ended = permit("b", "succeeded").pruned();

        Reconciliation result = Reconciliation.of(
                List.of(permit("a", "succeeded"), ended),
                new PermitsOfTime.Told(List.of(), Set.of("x")),
                List.of(effect(2, "a"), effect(3, "x"), effect(4, "b")));

        assertThat(problems(result)).containsExactly("pruned[3]", "pruned[4]b");
    }

    @Test
    void theResultIsJsonToo() {
        assertThat(reconcile(List.of(permit("a", "failed")), effect(2, "a"))
                        .toJson()
                        .toJson())
                .isEqualTo(
                        "{\"differences\":[{\"call\":\"a\",\"index\":7,\"lines\":[2],\"outcome\":\"failed\",\"problem\":\""
                                + Problem.OUTCOME_DIFFERS.text()
                                + "\",\"tool\":\"bank.pay\"}],\"effects\":1,\"permits\":1,\"reconciled\":false}");
    }

    @Test
    void aFileOfRowsIsReadByItsHeader() throws IOException {
        Path file = write(
                "effects.csv", "\uFEFFid,key,note\r\nup-1,a,\"two\r\nlines, \"\"quoted\"\"\"\r\n\r\nup-2,,x\n,c,\"\"");

        assertThat(Effects.read(file, Effects.Columns.of(Map.of("call", "key", "upstreamId", "id"))))
                .containsExactly(
                        new Effect(2, Optional.of("a"), Optional.of("up-1")),
                        new Effect(5, Optional.empty(), Optional.of("up-2")),
                        new Effect(6, Optional.of("c"), Optional.empty()));
    }

    @Test
    void aFileOfObjectsIsReadByTheirMembers() throws IOException {
        Path file = write("effects.ndjson", "{\"call\":\"a\",\"amount\":3}\n\n{\"upstreamId\":17}\n");

        assertThat(Effects.read(file, Effects.Columns.DEFAULT))
                .containsExactly(
                        new Effect(1, Optional.of("a"), Optional.empty()),
                        new Effect(3, Optional.empty(), Optional.of("17")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "a.csv|id,note|has no column 'call'",
                "a.csv|call\\n\"open|line 2 has a quote that does not end",
                "a.csv|call,x\\n,y|line 2 has neither a call id nor an upstream id",
                "a.ndjson|{\"call\":\"a\"}\\n[1]|line 2 is not a JSON object",
                "a.ndjson|{|line 1 is not JSON"
            })
    void aFileThatCannotBeReadIsRefusedByItsLine(String name, String content, String message) throws IOException {
        Path file = write(name, content.replace("\\n", "\n"));

        assertThatThrownBy(() -> Effects.read(file, Effects.Columns.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
