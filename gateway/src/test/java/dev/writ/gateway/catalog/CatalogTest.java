package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.Draft;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.connect.testkit.RecordingConnector;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CatalogTest {

    private final FakeTechnology technology = new FakeTechnology();
    private final FakeRows rows = new FakeRows();
    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final Quarantine quarantine = new Quarantine(Auditing.state(log.reader()));
    private final List<Deviation> deviations = new CopyOnWriteArrayList<>();
    private final Catalog catalog = new Catalog(
            Auditing.state(log.reader()),
            rows,
            technology,
            Bank.MASTER,
            quarantine,
            (connector, pinnedAt, deviation) -> deviations.add(deviation));

    @Test
    void knowsNothingAtFirst() {
        assertThat(catalog.tool(Bank.PAY)).isEmpty();
        assertThat(catalog.tool(ToolName.parse("nodot"))).isEmpty();
        assertThat(catalog.tools()).isEmpty();
    }

    @Test
    void knowsTheToolsOfAnEntryOnceItsRowIsRead() {
        pin(3);

        assertThat(catalog.tools())
                .extracting(tool -> tool.definition().name())
                .containsExactly(Bank.BALANCE, Bank.PAY);
        assertThat(pay().pinnedAt()).isEqualTo(3);
    }

    @Test
    void knowsNoToolWhileTheRowIsBeingRead() {
        pin(3);
        CompletableFuture<Optional<StoredConnector>> slow = rows.delay();

        catalog.onEntry(Bank.registered(5, Bank.sealed()));

        assertThat(catalog.tool(Bank.PAY)).isEmpty();
        assertThat(catalog.standing("bank")).containsInstanceOf(Standing.Pending.class);
        slow.complete(Optional.empty());
    }

    @Test
    void knowsNoToolOfARowThatDoesNotMatch() {
        rows.put(Bank.row(Bank.registered(2, Bank.sealed()), Bank.sealed()));

        catalog.onEntry(Bank.registered(3, Bank.sealed()));

        await().atMost(Duration.ofSeconds(60))
                .until(() -> catalog.standing("bank").orElseThrow() instanceof Standing.Refused);
        assertThat(catalog.tool(Bank.PAY)).isEmpty();
    }

    @Test
    void knowsNoToolWithoutARow() {
        catalog.onEntry(Bank.registered(3, Bank.sealed()));

        await().atMost(Duration.ofSeconds(60))
                .until(() -> catalog.standing("bank").orElseThrow() instanceof Standing.Refused);
    }

    @Test
    void readsARowAgainUntilItIsThere() {
        rows.failTimes(2);

        pin(3);

        assertThat(rows.reads()).isEqualTo(3);
    }

    @Test
    void waitsForTheNextEntryIfTheRowIsNewer() {
        SealedCredential sealed = Bank.sealed();
        rows.put(Bank.row(Bank.registered(5, sealed), sealed));

        catalog.onEntry(Bank.registered(3, sealed));
        catalog.onEntry(Bank.registered(5, sealed));

        await().atMost(Duration.ofSeconds(60))
                .until(() -> catalog.tool(Bank.PAY).isPresent());
        assertThat(pay().pinnedAt()).isEqualTo(5);
    }

    @Test
    void takesAConnectorThatWasOpenedHereAtOnce() {
        SealedCredential sealed = Bank.sealed();
        RecordingConnector own = Bank.connector();
        catalog.expect(sealed.digest(), Bank.open(own));

        catalog.onEntry(Bank.registered(3, sealed));
        catalog.forget(sealed.digest());

        assertThat(catalog.tool(Bank.PAY)).isPresent();
        assertThat(rows.reads()).isZero();
        assertThat(own.isClosed()).isFalse();
    }

    @Test
    void closesAConnectorWhoseEntryNeverCame() {
        SealedCredential sealed = Bank.sealed();
        RecordingConnector own = Bank.connector();
        catalog.expect(sealed.digest(), Bank.open(own));

        catalog.forget(sealed.digest());

        assertThat(own.isClosed()).isTrue();
    }

    @Test
    void closesTheConnectorThatIsReplaced() {
        pin(3);
        RecordingConnector first = technology.opened().get(0);

        pin(5);

        await().atMost(Duration.ofSeconds(60)).until(first::isClosed);
        assertThat(technology.opened().get(1).isClosed()).isFalse();
        assertThat(pay().pinnedAt()).isEqualTo(5);
    }

    @Test
    void forgetsAConnectorThatIsRemoved() {
        pin(3);

        catalog.onEntry(Bank.removed(5));

        assertThat(catalog.tool(Bank.PAY)).isEmpty();
        assertThat(catalog.standing("bank")).isEmpty();
        assertThat(catalog.standings()).isEmpty();
        assertThat(technology.opened().get(0).isClosed()).isTrue();
    }

    @Test
    void changesNothingForAnEntryItHasAlready() {
        SealedCredential sealed = pin(3);

        catalog.onEntry(Bank.registered(3, sealed));

        assertThat(catalog.tool(Bank.PAY)).isPresent();
        assertThat(rows.reads()).isEqualTo(1);
    }

    @Test
    void isNotBroughtBackByAnOlderEntry() {
        pin(3);
        catalog.onEntry(Bank.removed(5));

        catalog.onEntry(Bank.registered(4, Bank.sealed()));

        assertThat(catalog.standing("bank")).isEmpty();
        assertThat(rows.reads()).isEqualTo(1);
    }

    @Test
    void loadsTheNewestEntryOfEachConnector() {
        SealedCredential sealed = Bank.sealed();
        append(Bank.registered(0, Bank.sealed()));
        Recorded newest = append(Bank.registered(1, sealed));
        rows.put(new StoredConnector(
                Bank.settings().toJson().toJson(),
                sealed.text(),
                newest.index(),
                entry -> entry.index() == newest.index() && entry.leafHash().equals(newest.leafHash())));

        catalog.load().await().indefinitely();

        assertThat(pay().pinnedAt()).isEqualTo(1);
        assertThat(technology.opened()).hasSize(1);
    }

    @Test
    void loadsNothingThatWasRemoved() {
        append(Bank.registered(0, Bank.sealed()));
        append(Bank.removed(1));

        catalog.load().await().indefinitely();

        assertThat(catalog.standings()).isEmpty();
        assertThat(rows.reads()).isZero();
    }

    @Test
    void hidesAToolInQuarantineAndKeepsItsName() {
        pin(3);
        quarantine.onEntry(Bank.registered(3, Bank.sealed()));

        quarantine.onEntry(Changes.quarantined(5, 3, Changes.changed("pay")));

        assertThat(catalog.tools()).extracting(tool -> tool.definition().name()).containsExactly(Bank.BALANCE);
        assertThat(catalog.tool(Bank.PAY)).isPresent();
        assertThat(catalog.toolNames().find("bank__pay")).contains(Bank.PAY);
        assertThat(catalog.quarantinedAfter(pay(), List.of()).orElseThrow()).contains("operator");
    }

    @Test
    void tellsWhatAConnectorFoundBeforeItWasPinned() {
        SealedCredential sealed = Bank.sealed();
        OpenConnector open = Bank.open(Bank.connector());
        open.watch().report(Changes.changed("pay"));
        catalog.expect(sealed.digest(), open);

        catalog.onEntry(Bank.registered(3, sealed));
        open.watch().report(Changes.changed("balance"));

        assertThat(deviations).extracting(Deviation::own).containsExactly("pay", "balance");
    }

    @Test
    void aToolStaysPinnedWhateverHappensToOthers() {
        pin(3);
        Recorded other = Bank.recorded(5, ConnectorEntries.REMOVED, ConnectorEntries.removed("vault"));
        Recorded unrelated = Bank.recorded(6, "DECIDED", JsonObject.empty());

        assertThat(catalog.isPinnedAfter(pay(), List.of(other, unrelated))).isTrue();
    }

    @Test
    void aToolIsNotPinnedAfterAnEntryThatHasNotArrivedYet() {
        pin(3);

        assertThat(catalog.isPinnedAfter(pay(), List.of(Bank.removed(5)))).isFalse();
        assertThat(catalog.isPinnedAfter(pay(), List.of(Bank.registered(5, Bank.sealed()))))
                .isFalse();
    }

    @Test
    void aToolIsNotPinnedAfterAnEntryThatHasArrived() {
        pin(3);
        PinnedTool before = pay();

        pin(5);

        assertThat(catalog.isPinnedAfter(before, List.of())).isFalse();
        assertThat(catalog.isPinnedAfter(pay(), List.of(Bank.registered(5, Bank.sealed()))))
                .isTrue();
    }

    private PinnedTool pay() {
        return catalog.tool(Bank.PAY).orElseThrow();
    }

    private SealedCredential pin(long index) {
        SealedCredential sealed = Bank.sealed();
        Recorded entry = Bank.registered(index, sealed);
        rows.put(Bank.row(entry, sealed));
        catalog.onEntry(entry);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> catalog.tool(Bank.PAY)
                        .filter(tool -> tool.pinnedAt() == index)
                        .isPresent());
        return sealed;
    }

    private Recorded append(Recorded stated) {
        return log.append(Draft.independent(new Settled<>(stated.entry(), stated)))
                .map(receipt -> receipt.fold(created -> created.recorded(), existing -> stated))
                .await()
                .indefinitely();
    }

    /** Rows by name; may be late, and may fail. */
    private static final class FakeRows implements ConnectorRows {
        private final Map<String, StoredConnector> rows = new ConcurrentHashMap<>();
        private final AtomicInteger reads = new AtomicInteger();
        private volatile int failures;
        private volatile Optional<CompletableFuture<Optional<StoredConnector>>> late = Optional.empty();

        void put(StoredConnector row) {
            rows.put("bank", row);
        }

        void failTimes(int times) {
            failures = times;
        }

        CompletableFuture<Optional<StoredConnector>> delay() {
            CompletableFuture<Optional<StoredConnector>> answer = new CompletableFuture<>();
            late = Optional.of(answer);
            return answer;
        }

        int reads() {
            return reads.get();
        }

        @Override
        public Uni<Optional<StoredConnector>> stored(String name) {
            if (reads.incrementAndGet() <= failures) {
                return Uni.createFrom().failure(new IllegalStateException("no connection"));
            }
            return late.map(answer -> Uni.createFrom().completionStage(answer))
                    .orElseGet(() -> Uni.createFrom().item(Optional.ofNullable(rows.get(name))));
        }
    }
}
