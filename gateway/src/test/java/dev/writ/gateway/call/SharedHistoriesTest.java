package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.model.Digest;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Past;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose calls are in which history. */
class SharedHistoriesTest {

    private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");
    private static final Identity ANN = new Identity("one", "pseudonym-of-ann");
    private static final Identity BEN = new Identity("one", "pseudonym-of-ben");
    private static final Identity ANN_TOO = new Identity("two", "pseudonym-of-ann");
    private static final Identity NOBODY = new Identity("one", Identity.NOBODY);
    private static final Identity NOBODY_TOO = new Identity("two", Identity.NOBODY);
    private static final ToolName PAY = ToolName.parse("bank.pay");

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private int found;
    private final Histories histories = new Histories(log, counting(), new PrunedHistoryTest.Settings());

    SharedHistoriesTest() {
        log.tail().subscribe(histories::onEntry);
    }

    private AuditReader counting() {
        return (AuditReader) Proxy.newProxyInstance(
                AuditReader.class.getClassLoader(), new Class<?>[] {AuditReader.class}, (proxy, method, arguments) -> {
                    found++;
                    return method.invoke(log.reader(), arguments);
                });
    }

    private void decide(Identity identity, String tool) {
        append(decided(identity, tool));
    }

    private static Entry decided(Identity identity, String tool) {
        Map<Column, String> columns = Map.of(
                Column.AGENT,
                identity.agent(),
                Column.SUBJECT,
                identity.pseudonym(),
                Column.CALL,
                "01890a5d-ac96-774b-bcce-b302099a8057",
                Column.TOOL,
                tool,
                Column.VERDICT,
                "deny");
        return entry(
                "DECIDED", columns, JsonObject.builder().put("mode", "execute").build());
    }

    private static Entry entry(String kind, Map<Column, String> columns, JsonObject body) {
        return new Entry(kind, NOW, List.of(), Set.of(), columns, body, "writ", List.of());
    }

    private void append(Entry entry) {
        log.append(Draft.independent(new Settled<>(entry, entry))).await().indefinitely();
    }

    private History history(Scope scope, Identity identity) {
        return histories
                .of(Whose.of(scope, identity, PAY))
                .await()
                .indefinitely()
                .history();
    }

    private List<Long> indices(Scope scope, Identity identity) {
        return history(scope, identity).toList().stream().map(Past::index).toList();
    }

    private void decideAll() {
        decide(ANN, "bank.pay");
        decide(BEN, "bank.pay");
        decide(ANN_TOO, "bank.balance");
        decide(NOBODY, "bank.pay");
        decide(NOBODY_TOO, "bank.pay");
    }

    @Test
    void whatIsReadIsOfThoseWhomTheScopeMeans() {
        decideAll();

        assertWhatIsThere();
    }

    @Test
    void soIsWhatTheTailBrings() {
        for (Scope scope : Scope.values()) {
            for (Identity identity : List.of(ANN, NOBODY)) {
                assertThat(indices(scope, identity)).isEmpty();
            }
        }
        int before = found;
        decideAll();

        assertWhatIsThere();
        assertThat(found).as("nothing is read again").isEqualTo(before);
    }

    private void assertWhatIsThere() {
        assertThat(indices(Scope.IDENTITY, ANN)).containsExactly(0L);
        assertThat(indices(Scope.PERSON, ANN)).containsExactly(0L, 2L);
        assertThat(indices(Scope.PERSON, NOBODY)).containsExactly(3L);
        assertThat(indices(Scope.TOOL, ANN)).containsExactly(0L, 1L, 3L, 4L);
        assertThat(indices(Scope.FLEET, ANN)).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void whatADecisionSeesDoesNotDependOnWhenAHistoryWasRead() {
        CallConfig few = new PrunedHistoryTest.Settings() {
            @Override
            public int historyLength() {
                return 8;
            }

            @Override
            public int sharedHistoryLength() {
                return 8;
            }
        };
        Histories early = new Histories(log, log.reader(), few);
        log.tail().subscribe(early::onEntry);
        for (Scope scope : Scope.values()) {
            seen(early, scope);
        }

        for (int i = 0; i < 40; i++) {
            decide(ANN, "bank.pay");
            Histories late = new Histories(log, log.reader(), few);
            for (Scope scope : Scope.values()) {
                assertThat(seen(late, scope)).isEqualTo(seen(early, scope)).hasSizeLessThanOrEqualTo(8);
            }
        }
    }

    private static List<Long> seen(Histories histories, Scope scope) {
        return histories.of(Whose.of(scope, ANN, PAY)).await().indefinitely().after(List.of()).toList().stream()
                .map(Past::index)
                .toList();
    }

    @Test
    void aCallChangesTheTopicsOfAllItsHistories() {
        assertThat(Whose.all(ANN, PAY).stream().map(Whose::topic))
                .containsExactlyInAnyOrder(
                        "identity/one/pseudonym-of-ann", "person/pseudonym-of-ann", "calls/bank.pay", "calls");
        assertThat(Whose.all(NOBODY, PAY).stream().map(Whose::topic))
                .containsExactlyInAnyOrder("identity/one/-", "calls/bank.pay", "calls");
    }

    @Test
    void whatWasErasedOfOnePersonLeavesEveryHistoryItMayBeIn() {
        decideAll();
        assertWhatIsThere();
        indices(Scope.PERSON, BEN);
        int before = found;

        append(entry(
                "ERASURE",
                Map.of(),
                JsonObject.builder()
                        .put("subjectKey", "person/pseudonym-of-ann")
                        .build()));

        indices(Scope.PERSON, BEN);
        assertThat(found).as("still in memory").isEqualTo(before);
        assertWhatIsThere();
        assertThat(found)
                .as("identity, person, tool and fleet, and of each what was pruned")
                .isEqualTo(before + 2 * 4);
    }

    @Test
    void keepsAsManyAsItMayAndKnowsSinceWhen() {
        indices(Scope.FLEET, ANN);
        for (int i = 0; i < 30; i++) {
            decide(ANN, "bank.pay");
        }

        assertThat(history(Scope.FLEET, ANN).size()).isBetween(10, 12);
        assertThat(history(Scope.FLEET, ANN).completeSince()).isAfter(NOW);
        assertThat(history(Scope.TOOL, ANN).size()).isEqualTo(10);
        assertThat(history(Scope.TOOL, ANN).completeSince()).isAfter(NOW);
    }

    @Test
    void noHistoryIsReadThatNoRuleLooksBackAt() {
        Gathered none = histories.of(Map.of()).await().indefinitely();

        assertThat(none.identity(List.of())).isEqualTo(History.UNKNOWN);
        assertThat(none.shared(List.of(), history -> history)).isEmpty();
        assertThat(none.topics()).isEmpty();
        assertThat(found).isZero();
    }

    @Test
    void whatABatchMadeOfAHistoryIsForgottenOnceItIsDelivered() {
        history(Scope.FLEET, ANN);
        WeakReference<History> made = aBatch();

        decide(ANN, "bank.pay");

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            System.gc();
            assertThat(made.get()).isNull();
        });
        assertThat(histories.size()).isEqualTo(1);
    }

    private WeakReference<History> aBatch() {
        Histories.Snapshot fleet = histories.of(new Whose.Fleet()).await().indefinitely();
        Entry next = decided(BEN, "bank.pay");
        Recorded settling = new Recorded(0, Digest.of(new byte[0]), next);
        return new WeakReference<>(
                fleet.lead().after(new HistoryReader.Read(fleet.history(), fleet.last()), List.of(settling), 1_000));
    }
}
