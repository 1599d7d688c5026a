package dev.writ.gateway.catalog;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.catalog.Deviation.Reason;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Writes down what connectors find different from what is pinned: once for all replicas, and not without end if a server changes all the
 * time.
 */
@ApplicationScoped
class QuarantineRecorder implements Deviations {

    private static final Logger LOG = Logger.getLogger(QuarantineRecorder.class);

    /** Entries about one connector in an hour; what holds a tool for the first time is recorded beyond that. */
    static final int MOST_IN_AN_HOUR = 40;

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final int RETRIES = 20;

    private final Quarantine quarantine;
    private final Journal journal;

    QuarantineRecorder(Quarantine quarantine, Journal journal) {
        this.quarantine = quarantine;
        this.journal = journal;
    }

    @Override
    public void found(String connector, long pinnedAt, Deviation deviation) {
        Uni.createFrom()
                .deferred(() -> record(connector, pinnedAt, deviation))
                .onFailure(SupersededException.class)
                .recoverWithNull()
                .onFailure()
                .retry()
                .withBackOff(FIRST_RETRY, LAST_RETRY)
                .atMost(RETRIES)
                .subscribe()
                .with(
                        done -> {},
                        failure -> LOG.errorf(
                                "a changed definition could not be recorded; the connector refuses its calls"
                                        + " connector=%s cause=%s",
                                connector, failure.getClass().getSimpleName()));
    }

    private Uni<Void> record(String connector, long pinnedAt, Deviation deviation) {
        long size = journal.size();
        return entry(connector, pinnedAt, deviation)
                .map(entry -> journal.record(
                                Actor.WRIT, new Draft<>(Set.of(Topics.connector(connector)), size, since -> {
                                    requirePinned(connector, pinnedAt, since);
                                    return new Settled<>(entry, entry);
                                }))
                        .invoke(receipt -> receipt.fold(
                                created -> {
                                    tell(connector, created.recorded());
                                    return true;
                                },
                                existing -> false))
                        .replaceWithVoid())
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** What is to be written; nothing if the log says it already. */
    private Optional<Entry> entry(String connector, long pinnedAt, Deviation deviation) {
        ConnectorQuarantine now = quarantine.of(connector);
        if (now.pinnedAt() > pinnedAt) {
            return Optional.empty();
        }
        Optional<Held> held = now.find(deviation.key());
        Instant at = journal.now();
        if (deviation.reason() == Reason.SETTLED) {
            return held.filter(one -> !one.returned())
                    .map(one -> QuarantineEntries.returned(connector, pinnedAt, one, at));
        }
        boolean known = held.filter(one -> !one.returned()
                        && one.reason() == deviation.reason()
                        && one.digest().equals(deviation.digest()))
                .isPresent();
        if (known) {
            return Optional.empty();
        }
        boolean first = held.isEmpty() && deviation.reason() != Reason.ADDED;
        // A return must always find room, or a tool that was only gone would be denied for good.
        if (!first && now.since(at.minus(Duration.ofHours(1))) >= MOST_IN_AN_HOUR) {
            return Optional.of(QuarantineEntries.folded(connector, pinnedAt, at));
        }
        return Optional.of(QuarantineEntries.quarantined(
                connector, pinnedAt, deviation, held.map(Held::changed).orElse(pinnedAt), at));
    }

    private static void requirePinned(String connector, long pinnedAt, List<Recorded> since) {
        boolean anew = since.stream()
                // What is found at once may be found before the size of the log is known to have grown by that entry.
                .filter(recorded -> recorded.index() > pinnedAt)
                .map(Recorded::entry)
                .filter(entry -> ConnectorEntries.KINDS.contains(entry.kind()))
                .anyMatch(entry -> ConnectorEntries.name(entry).equals(connector));
        if (anew) {
            throw new SupersededException();
        }
    }

    private static void tell(String connector, Recorded recorded) {
        LOG.warnf(
                "%s connector=%s index=%d; see GET /v1/connectors/%s/quarantine",
                recorded.entry().kind().equals(QuarantineEntries.RETURNED)
                        ? "a server offers again what is pinned"
                        : "a server offers something else than what is pinned",
                connector,
                recorded.index(),
                connector);
    }

    /** The connector was pinned anew meanwhile, and compares with that now. */
    private static final class SupersededException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SupersededException() {
            super(null, null, false, false);
        }
    }
}
