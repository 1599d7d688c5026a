package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KillSwitchTest {

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final KillSwitch killSwitch = new KillSwitch(Auditing.state(log.reader()));

    @Test
    void blocksNothingAtFirst() {
        assertThat(blocks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "EVERYTHING, '', everything",
        "AGENT, bot, agent bot",
        "TOOL, bank.pay, tool bank.pay",
        "CONNECTOR, bank, connector bank"
    })
    void blocksWhatItNames(KillScope scope, String name, String words) {
        killSwitch.onEntry(entry(1, scope, name, true));

        assertThat(blocks()).contains("an operator has stopped " + words);
    }

    @ParameterizedTest
    @CsvSource({"AGENT, other", "TOOL, bank.balance", "CONNECTOR, vault", "AGENT, bank.pay", "TOOL, bot"})
    void blocksNothingElse(KillScope scope, String name) {
        killSwitch.onEntry(entry(1, scope, name, true));

        assertThat(blocks()).isEmpty();
    }

    @Test
    void letsCallsGoOnOnceItIsReleased() {
        killSwitch.onEntry(entry(1, KillScope.TOOL, "bank.pay", true));

        killSwitch.onEntry(entry(2, KillScope.TOOL, "bank.pay", false));

        assertThat(blocks()).isEmpty();
        assertThat(killSwitch.state().engaged()).isEmpty();
    }

    @Test
    void releasesOnlyWhatItNames() {
        killSwitch.onEntry(entry(1, KillScope.EVERYTHING, "", true));

        killSwitch.onEntry(entry(2, KillScope.TOOL, "bank.pay", false));

        assertThat(blocks()).isPresent();
    }

    @Test
    void blocksByAnEntryThatHasNotArrivedYet() {
        Recorded engaged = entry(1, KillScope.EVERYTHING, "", true);

        assertThat(killSwitch.blocksAfter("bot", Bundles.PAY, List.of(engaged))).isPresent();
        assertThat(blocks()).isEmpty();
    }

    @Test
    void isNotReleasedByAnEntryOlderThanTheOneThatArrived() {
        killSwitch.onEntry(entry(5, KillScope.EVERYTHING, "", true));

        assertThat(killSwitch.blocksAfter("bot", Bundles.PAY, List.of(entry(4, KillScope.EVERYTHING, "", false))))
                .isPresent();
    }

    @Test
    void stopsEverythingIfAnEntryCannotBeUnderstood() {
        killSwitch.onEntry(
                recorded(1, JsonObject.builder().put("scope", "galaxy").build()));

        assertThat(blocks()).contains("an operator has stopped everything");
    }

    @Test
    void ignoresOtherEntries() {
        killSwitch.onEntry(Bundles.recorded(1, "DECIDED", KillEntry.body(KillTarget.EVERYTHING, true)));

        assertThat(blocks()).isEmpty();
    }

    @Test
    void loadsItsStateFromTheLogAlone() {
        append(entry(0, KillScope.AGENT, "bot", true));
        append(entry(1, KillScope.TOOL, "bank.pay", true));
        append(entry(2, KillScope.AGENT, "bot", false));

        killSwitch.load().await().indefinitely();

        assertThat(blocks()).contains("an operator has stopped tool bank.pay");
        assertThat(killSwitch.state().engaged()).singleElement().satisfies(engaged -> {
            assertThat(engaged.reason()).contains("it misbehaves");
            assertThat(engaged.index()).isEqualTo(1);
        });
    }

    @Test
    void loadingDoesNotUndoWhatArrivedMeanwhile() {
        append(entry(0, KillScope.EVERYTHING, "", true));
        killSwitch.onEntry(entry(7, KillScope.EVERYTHING, "", false));

        killSwitch.load().await().indefinitely();

        assertThat(blocks()).isEmpty();
    }

    @Test
    void keepsTheReasonOutOfTheLeaf() {
        assertThat(entry(1, KillScope.EVERYTHING, "", true).entry().body().toJson())
                .doesNotContain("misbehaves");
    }

    private Optional<String> blocks() {
        return killSwitch.blocksAfter("bot", Bundles.PAY, List.of());
    }

    private void append(Recorded stated) {
        log.append(Draft.independent(new Settled<>(stated.entry(), stated)))
                .await()
                .indefinitely();
    }

    private static Recorded entry(long index, KillScope scope, String name, boolean engaged) {
        return recorded(index, KillEntry.body(new KillTarget(scope, name), engaged));
    }

    private static Recorded recorded(long index, JsonObject body) {
        Entry entry = new Entry(
                KillEntry.KIND,
                Bundles.NOON,
                List.of(),
                Set.of(),
                Map.of(),
                body,
                "writ",
                KillEntry.inputs("it misbehaves"));
        return new Recorded(index, Digest.of(("leaf " + index).getBytes(StandardCharsets.UTF_8)), entry);
    }
}
