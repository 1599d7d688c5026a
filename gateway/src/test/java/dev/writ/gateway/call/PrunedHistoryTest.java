package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Settled;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is left of a history when calls in it were pruned. */
class PrunedHistoryTest {

    private static final Instant PRUNED = Instant.parse("2026-01-02T12:00:00Z");
    private static final Identity IDENTITY = new Identity("agent-7", Identity.NOBODY);

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final Queue<UniEmitter<?>> paused = new ArrayDeque<>();
    private boolean pausing;
    private final Histories histories = new Histories(log, pausingReader(), new Settings());

    PrunedHistoryTest() {
        log.tail().subscribe(histories::onEntry);
    }

    static class Settings implements CallConfig {
        @Override
        public Duration deadline() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration sweepGrace() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration maxWait() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration hintTime() {
            return Duration.ZERO;
        }

        @Override
        public int maxKeyLength() {
            return 200;
        }

        @Override
        public int maxPurposeLength() {
            return 1_000;
        }

        @Override
        public int histories() {
            return 10;
        }

        @Override
        public int historyLength() {
            return 10;
        }

        @Override
        public int sharedHistoryLength() {
            return 10;
        }

        @Override
        public MemorySize historyMemory() {
            return new MemorySize(BigInteger.valueOf(1 << 20));
        }

        @Override
        public MemorySize historyCallMemory() {
            return new MemorySize(BigInteger.valueOf(1 << 16));
        }

        @Override
        public MemorySize historiesMemory() {
            return new MemorySize(BigInteger.valueOf(1 << 24));
        }
    }

    /** Answers what the log says when it is asked; while it is pausing, only once the answer is let go. */
    private AuditReader pausingReader() {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object answer = method.invoke(log.reader(), arguments);
            return pausing && method.getName().equals("page")
                    ? paused(((Uni<?>) answer).await().indefinitely())
                    : answer;
        };
        return (AuditReader)
                Proxy.newProxyInstance(AuditReader.class.getClassLoader(), new Class<?>[] {AuditReader.class}, handler);
    }

    private <T> Uni<T> paused(T answer) {
        return Uni.createFrom().<T>emitter(paused::add).replaceWith(answer);
    }

    /** Begins to read the history; its answer waits. */
    private UniAssertSubscriber<Histories.Snapshot> begin() {
        pausing = true;
        UniAssertSubscriber<Histories.Snapshot> asked =
                histories.of(IDENTITY).subscribe().withSubscriber(UniAssertSubscriber.create());
        pausing = false;
        return asked;
    }

    private void letGo() {
        paused.remove().complete(null);
    }

    private void letGoOfFailure() {
        paused.remove().fail(new IllegalStateException("the database is gone"));
    }

    private static List<String> tools(History history) {
        return history.toList().stream().map(past -> past.tool().value()).toList();
    }

    private List<String> tools() {
        return tools(histories.of(IDENTITY).await().indefinitely().history());
    }

    private void decide(String tool) {
        Map<Column, String> columns = Map.of(
                Column.AGENT,
                IDENTITY.agent(),
                Column.SUBJECT,
                IDENTITY.pseudonym(),
                Column.CALL,
                "01890a5d-ac96-774b-bcce-b302099a8057",
                Column.TOOL,
                tool,
                Column.VERDICT,
                "deny");
        Entry entry = new Entry(
                "DECIDED",
                PRUNED.plusSeconds(1),
                List.of(),
                Set.of(),
                columns,
                JsonObject.builder().put("mode", "execute").build(),
                "writ",
                List.of());
        log.append(Draft.independent(new Settled<>(entry, entry))).await().indefinitely();
    }

    private Instant completeSince() {
        return histories.of(IDENTITY).await().indefinitely().history().completeSince();
    }

    private void prune() {
        Entry entry = new Entry(
                "PRUNE",
                PRUNED.plusSeconds(60),
                List.of(),
                Set.of(),
                Map.of(),
                JsonObject.builder().put("before", PRUNED.toString()).build(),
                "writ",
                List.of());
        log.append(Draft.independent(new Settled<>(entry, entry))).await().indefinitely();
    }

    @Test
    void rulesThatLookBackToPrunedCallsAreInDoubt() {
        prune();

        assertThat(completeSince()).isEqualTo(PRUNED);
    }

    @Test
    void whatIsInMemoryReachesNoFurtherBackThanWhatIsRead() {
        assertThat(completeSince()).isEqualTo(Instant.MIN);

        prune();

        assertThat(completeSince()).isEqualTo(PRUNED);
    }

    @Test
    void aReadingFromBeforeAPruneDoesNotStandForTheOneAfterIt() {
        UniAssertSubscriber<Histories.Snapshot> before = begin();
        decide("bank.first");
        prune();
        UniAssertSubscriber<Histories.Snapshot> after = begin();
        decide("bank.second");

        letGo();
        before.awaitItem();
        letGo();

        assertThat(tools(before.awaitItem().getItem().history())).containsExactly("bank.first");
        assertThat(tools(after.awaitItem().getItem().history())).containsExactly("bank.first", "bank.second");
        assertThat(tools()).containsExactly("bank.first", "bank.second");
    }

    @Test
    void aReadingThatFailsTakesNothingFromTheOneAfterAPrune() {
        UniAssertSubscriber<Histories.Snapshot> before = begin();
        prune();
        UniAssertSubscriber<Histories.Snapshot> after = begin();
        decide("bank.first");

        letGoOfFailure();
        letGo();

        before.awaitFailure();
        assertThat(tools(after.awaitItem().getItem().history())).containsExactly("bank.first");
        assertThat(tools()).containsExactly("bank.first");
    }

    @Test
    void twoWhoReadAtTheSameTimeReadTheSame() {
        UniAssertSubscriber<Histories.Snapshot> one = begin();
        decide("bank.first");
        UniAssertSubscriber<Histories.Snapshot> other = begin();
        decide("bank.second");

        letGo();
        letGo();

        assertThat(tools(one.awaitItem().getItem().history())).containsExactly("bank.first", "bank.second");
        assertThat(tools(other.awaitItem().getItem().history())).containsExactly("bank.first", "bank.second");
    }
}
