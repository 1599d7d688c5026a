package dev.writ.gateway.auditing;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditReader;
import dev.writ.audit.InMemoryAuditLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** Makes what features write and read control entries with, for their tests without a database. */
public final class Auditing {

    private static final Vertx VERTX = Vertx.vertx();

    private Auditing() {}

    /** A journal that holds every key for live. */
    public static Journal journal(AuditLog log, InstantSource clock) {
        return journal(log, (key, at, since) -> true, clock);
    }

    public static Journal journal(AuditLog log, LiveKeys liveKeys, InstantSource clock) {
        return new Journal(log, liveKeys, noErasures(), Witnessing.notRequired(), clock);
    }

    /** Knows of no erasure. */
    public static Erasures noErasures() {
        return new Erasures(state(InMemoryAuditLog.create().reader()));
    }

    /** Follows that log. */
    public static Erasures erasures(InMemoryAuditLog log) {
        Erasures erasures = new Erasures(state(log.reader()));
        log.tail().subscribe(erasures::onEntry);
        return erasures;
    }

    /** Reads entries; asking it for rows fails, because there is no database. */
    public static GovernedState state(AuditReader reader) {
        return state(reader, VERTX);
    }

    /** Reads entries from there, and rows from the database of that application. */
    public static GovernedState state(AuditReader reader, Vertx vertx) {
        return new GovernedState(reader, vertx, new SimpleMeterRegistry());
    }
}
