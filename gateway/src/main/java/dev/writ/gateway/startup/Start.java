package dev.writ.gateway.startup;

import dev.writ.audit.AuditLog;
import dev.writ.audit.Column;
import dev.writ.audit.postgres.PostgresAuditReader;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.StartNotes;
import dev.writ.model.JsonObject;
import dev.writ.rules.PolicyEngine;
import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Brings everything that follows the log up to it, before the port opens. What fails here stops the start: a gateway that does
 * not know its keys, tools, policy and open calls decides nothing.
 */
@ApplicationScoped
class Start {

    private static final Logger LOG = Logger.getLogger(Start.class);

    private final AuditLog log;
    private final PostgresAuditReader reader;
    private final Journal journal;
    private final List<LogFollower> followers;
    private final List<StartNotes> notes;
    private final LogKeyEntries keys;
    private final Replica replica;

    Start(
            AuditLog log,
            PostgresAuditReader reader,
            Journal journal,
            @All List<LogFollower> followers,
            @All List<StartNotes> notes,
            LogKeyEntries keys,
            Replica replica) {
        this.log = log;
        this.reader = reader;
        this.journal = journal;
        this.followers = followers;
        this.notes = notes;
        this.keys = keys;
        this.replica = replica;
    }

    void follow(@Observes @Priority(Interceptor.Priority.APPLICATION) StartupEvent event) throws Throwable {
        reader.follow(log.tail());
        for (LogFollower follower : followers) {
            // Subscribed before it loads, so that nothing is missed in between.
            log.tail().subscribe(follower::onEntry);
            VertxContextSupport.subscribeAndAwait(follower::load);
        }
        VertxContextSupport.subscribeAndAwait(keys::record);
        JsonObject.Builder body = JsonObject.builder()
                .put("version", Version.text())
                .put("engine", PolicyEngine.VERSION)
                .put("replica", replica.name())
                .put("java", Runtime.version().toString());
        notes.forEach(note -> note.at(log.tail().size()).forEach(body::put));
        VertxContextSupport.subscribeAndAwait(() -> journal.record(
                Actor.WRIT,
                "STARTED",
                List.of(),
                Set.of(),
                Map.<Column, String>of(),
                body.build(),
                List.of(),
                notes.stream()
                        .flatMap(note -> note.rows(journal.now()).stream())
                        .toList()));
        LOG.infof(
                "following the log replica=%s index=%d",
                replica.name(), log.tail().size());
    }
}
