package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whoever goes on from where another one was comes to the same history as alone. */
class HistoryLeadTest {

    private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");
    private static final Identity ANN = new Identity("one", "pseudonym-of-ann");
    private static final Identity BEN = new Identity("one", "pseudonym-of-ben");
    private static final Digest HASH = Digest.of(new byte[0]);

    private final Random random = new Random(11);

    private Recorded decided(long index) {
        Identity identity = random.nextBoolean() ? ANN : BEN;
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.AGENT, identity.agent());
        columns.put(Column.SUBJECT, identity.pseudonym());
        columns.put(Column.CALL, CallId.mint(NOW, random).toString());
        columns.put(Column.TOOL, "bank.pay");
        columns.put(Column.VERDICT, random.nextBoolean() ? "allow" : "deny");
        JsonObject body = JsonObject.builder().put("mode", "execute").build();
        Entry entry = new Entry("DECIDED", NOW, List.of(), Set.of(), columns, body, "writ", List.of());
        return new Recorded(index, HASH, entry);
    }

    private static History alone(Whose whose, HistoryReader.Read read, List<Recorded> since) {
        return new HistoryLead(whose, Optional::empty).after(read, since, 1_000);
    }

    /**
     * Batches of which some are given up, so that others of the same indices take their place, and callers that read the history at
     * any time before.
     */
    @Test
    void isTheSameAsAloneWhateverBatchesComeToNothing() {
        for (Whose whose : List.of(new Whose.Fleet(), ANN)) {
            List<Recorded> durable = new ArrayList<>();
            List<HistoryReader.Read> reads = new ArrayList<>(List.of(new HistoryReader.Read(History.empty(), -1)));
            HistoryLead lead = new HistoryLead(whose, () -> Optional.of(reads.get(reads.size() - 1)));
            for (int turn = 0; turn < 60; turn++) {
                List<Recorded> batch = new ArrayList<>();
                for (int i = random.nextInt(8); i > 0; i--) {
                    HistoryReader.Read read = reads.get(random.nextInt(reads.size()));
                    List<Recorded> since =
                            new ArrayList<>(durable.subList(Math.toIntExact(read.last() + 1), durable.size()));
                    since.addAll(batch);

                    History expected = alone(whose, read, since);

                    assertThat(lead.after(read, since, 1_000).toList()).isEqualTo(expected.toList());
                    batch.add(decided(durable.size() + batch.size()));
                }
                if (random.nextInt(3) > 0) {
                    HistoryReader.Read newest = reads.get(reads.size() - 1);
                    durable.addAll(batch);
                    List<Recorded> since = durable.subList(Math.toIntExact(newest.last() + 1), durable.size());
                    reads.add(new HistoryReader.Read(alone(whose, newest, since), durable.size() - 1L));
                }
            }
            assertThat(durable).hasSizeGreaterThan(50);
        }
    }

    @Test
    void holdsNoEntryThatItWentThrough() {
        HistoryLead lead = new HistoryLead(ANN, Optional::empty);
        WeakReference<Recorded> gone = through(lead);

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            System.gc();
            assertThat(gone.get()).isNull();
        });
        assertThat(lead).isNotNull();
    }

    private WeakReference<Recorded> through(HistoryLead lead) {
        Recorded recorded = decided(0);
        lead.after(new HistoryReader.Read(History.empty(), -1), List.of(recorded), 1_000);
        return new WeakReference<>(recorded);
    }
}
