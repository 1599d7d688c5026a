package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Auditing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuarantineRecorderTest {

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final List<Entry> entries = new ArrayList<>();
    private final Quarantine quarantine = new Quarantine(Auditing.state(log.reader()));
    private final QuarantineRecorder replica = replica(quarantine);

    @BeforeEach
    void pin() {
        log.tail().subscribe(quarantine::onEntry);
        log.tail().subscribe(recorded -> entries.add(recorded.entry()));
        append();
    }

    @Test
    void recordsAChangeOnceForAllReplicas() {
        // It has not heard of the first one's entry yet.
        Quarantine late = new Quarantine(Auditing.state(log.reader()));
        late.onEntry(new Recorded(0, Bank.registered(0, Bank.sealed()).leafHash(), entries.get(0)));

        replica.found("bank", 0, Changes.changed("pay"));
        replica.found("bank", 0, Changes.changed("pay"));
        replica(late).found("bank", 0, Changes.changed("pay"));

        assertThat(kinds()).containsExactly(QuarantineEntries.QUARANTINED);
        assertThat(quarantine.of("bank").denies(Bank.PAY)).isPresent();
    }

    @Test
    void doesNotFloodTheLogForAServerThatFlaps() {
        for (int round = 0; round < 500; round++) {
            replica.found("bank", 0, Changes.changed("pay", "text " + round));
            replica.found("bank", 0, Changes.settled("pay"));
        }

        assertThat(kinds()).hasSizeLessThan(QuarantineRecorder.MOST_IN_AN_HOUR + 3);
        assertThat(entries.get(entries.size() - 1).body().text("reason")).contains("folded");
        assertThat(quarantine.of("bank").denies(Bank.PAY)).isPresent();
    }

    @Test
    void recordsWhatHoldsAToolForTheFirstTimeWhateverElseIsGoingOn() {
        for (int number = 0; number < 200; number++) {
            replica.found("bank", 0, Changes.added("tool" + number));
        }

        replica.found("bank", 0, Changes.changed("pay"));

        assertThat(quarantine.of("bank").denies(Bank.PAY)).isPresent();
    }

    @Test
    void recordsThatAServerReturned() {
        replica.found("bank", 0, Changes.gone("pay"));
        assertThat(quarantine.of("bank").denies(Bank.PAY)).isPresent();

        replica.found("bank", 0, Changes.settled("pay"));
        replica.found("bank", 0, Changes.settled("pay"));

        assertThat(kinds()).containsExactly(QuarantineEntries.QUARANTINED, QuarantineEntries.RETURNED);
        assertThat(quarantine.of("bank").denies(Bank.PAY)).isEmpty();
        replica.found("bank", 0, Changes.gone("pay"));
        assertThat(quarantine.of("bank").denies(Bank.PAY)).isPresent();
    }

    @Test
    void recordsNothingOfAConnectorThatWasPinnedAnewMeanwhile() {
        append();

        replica.found("bank", 0, Changes.changed("pay"));

        assertThat(kinds()).isEmpty();
    }

    @Test
    void keepsBothDefinitionsWhereTheyCanBeErased() {
        replica.found("bank", 0, Changes.changed("pay", "new words"));

        Entry entry = entries.get(entries.size() - 1);
        assertThat(entry.body().toJson()).doesNotContain("new words").contains("\"was\"");
        assertThat(entry.input(QuarantineEntries.DEFINITIONS).orElseThrow().toJson())
                .contains("new words", "old");
    }

    private List<String> kinds() {
        return entries.stream()
                .map(Entry::kind)
                .filter(QuarantineEntries.KINDS::contains)
                .toList();
    }

    private void append() {
        Entry entry = Bank.registered(0, Bank.sealed()).entry();
        log.append(Draft.independent(new Settled<>(entry, entry))).await().indefinitely();
    }

    private QuarantineRecorder replica(Quarantine knows) {
        return new QuarantineRecorder(knows, Auditing.journal(log, (client, at, since) -> true, Bank.CLOCK));
    }
}
