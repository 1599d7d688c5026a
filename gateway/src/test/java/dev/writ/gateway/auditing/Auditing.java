package dev.writ.gateway.auditing;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditReader;
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

    public static Journal journal(AuditLog log, Credentials credentials, InstantSource clock) {
        return new Journal(log, credentials, Witnessing.notRequired(), clock);
    }

    /** Reads entries; asking it for rows fails, because there is no database. */
    public static GovernedState state(AuditReader reader) {
        return new GovernedState(reader, VERTX, new SimpleMeterRegistry());
    }
}
