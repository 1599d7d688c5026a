package dev.writ.gateway.startup;

import dev.writ.audit.KeyChange;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.postgres.PostgresAuditLog;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Says in the log which keys sign it, so that whoever trusts one of them learns of the others. */
@ApplicationScoped
class LogKeyEntries {

    private final PostgresAuditLog log;
    private final LogSigner signer;
    private final Home home;
    private final Journal journal;

    LogKeyEntries(PostgresAuditLog log, LogSigner signer, Home home, Journal journal) {
        this.log = log;
        this.signer = signer;
        this.home = home;
        this.journal = journal;
    }

    /**
     * Records what the log does not say yet; of several replicas the first does. The head was verified by the keys that sign now,
     * so a retired one is of no more use afterwards.
     */
    Uni<Void> record() {
        List<LogVerifierKey> signing = signer.keys().all();
        List<KeyChange> changes = new ArrayList<>();
        home.logKeys().all().stream()
                .filter(key -> !key.equals(log.firstKey()))
                .forEach(key -> changes.add(new KeyChange(key, true)));
        home.retiredKeys().stream()
                .filter(key -> !signing.contains(key))
                .forEach(key -> changes.add(new KeyChange(key, false)));
        return Multi.createFrom()
                .iterable(changes)
                .onItem()
                .transformToUniAndConcatenate(
                        change -> journal.record(Actor.WRIT, change.toEntry(journal.now()), List.of()))
                .collect()
                .last()
                .invoke(recorded -> home.deleteOldKey())
                .replaceWithVoid();
    }
}
