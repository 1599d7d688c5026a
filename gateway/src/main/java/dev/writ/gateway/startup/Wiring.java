package dev.writ.gateway.startup;

import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.audit.postgres.CosignatureCheck;
import dev.writ.audit.postgres.DatabaseUrl;
import dev.writ.audit.postgres.Eraser;
import dev.writ.audit.postgres.KeptEntries;
import dev.writ.audit.postgres.PostgresAuditLog;
import dev.writ.audit.postgres.PostgresAuditReader;
import dev.writ.audit.postgres.PostgresCosignatures;
import dev.writ.audit.postgres.PostgresTiledLog;
import dev.writ.audit.postgres.Pruner;
import dev.writ.audit.postgres.Scrubber;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The beans that need the home folder and the database. */
@ApplicationScoped
class Wiring {

    private final StartupConfig config;
    private final int port;

    Wiring(StartupConfig config, @ConfigProperty(name = "quarkus.http.port") int port) {
        this.config = config;
        this.port = port;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    @Produces
    @Singleton
    @DefaultBean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    Home home() {
        return Home.open(config.home());
    }

    @Produces
    @Singleton
    Replica replica() {
        return new Replica(config.replica().orElseGet(() -> host() + "-" + port));
    }

    @Produces
    @Singleton
    LogSigner signer(Home home) {
        return home.signer();
    }

    /** The keys that sign the log, and those that did. */
    @Produces
    @Singleton
    LogKeys logKeys(Home home) {
        return home.logKeys();
    }

    @Produces
    @Singleton
    MasterKey masterKey(Home home) {
        return home.masterKey();
    }

    @Produces
    @Singleton
    Pseudonyms pseudonyms(Home home) {
        return home.pseudonyms();
    }

    @Produces
    @Singleton
    AuditSchema.Access access(Home home) {
        return AuditSchema.access(DatabaseUrl.parse(config.database().url()), home.roleSecret());
    }

    @Produces
    @Singleton
    PostgresAuditLog log(
            Vertx vertx,
            AuditSchema.Access access,
            Home home,
            Replica replica,
            LogSigner signer,
            MasterKey masterKey,
            InstantSource clock,
            LogMeters meters) {
        PostgresAuditLog.Limits defaults = PostgresAuditLog.Limits.DEFAULT;
        PostgresAuditLog.Settings settings = new PostgresAuditLog.Settings(
                access.writer(),
                replica.name(),
                signer,
                masterKey,
                home.highWaterMark(replica.name()),
                new PostgresAuditLog.Limits(
                        config.audit().queueLength(),
                        config.audit().queueSize().asLongValue(),
                        defaults.batchDrafts(),
                        defaults.recentBytes(),
                        config.audit().appendTimeout()),
                clock,
                meters);
        return PostgresAuditLog.open(vertx, settings).await().indefinitely();
    }

    void close(@Disposes PostgresAuditLog log) {
        log.close();
    }

    /** Works from the start on, whether or not anybody asks for it. */
    @Produces
    @Singleton
    @Startup
    Scrubber scrubber(
            AuditSchema.Access access,
            MasterKey masterKey,
            LogSigner signer,
            CosignatureCheck cosignatures,
            PostgresAuditLog log,
            LogMeters meters) {
        Scrubber.Settings settings = new Scrubber.Settings(
                access.reader(),
                signer.keys(),
                Optional.of(masterKey),
                cosignatures,
                config.audit().scrub().rest(),
                config.audit().scrub().atLeast());
        return Scrubber.start(settings, meters, broken -> log.failClosed("the log is " + broken.sentence()));
    }

    void close(@Disposes Scrubber scrubber) {
        scrubber.close();
    }

    @Produces
    @Singleton
    PostgresAuditReader reader(Vertx vertx, AuditSchema.Access access, MasterKey masterKey, LogKeys keys) {
        return PostgresAuditReader.open(vertx, access.reader(), keys, masterKey);
    }

    void close(@Disposes PostgresAuditReader reader) {
        reader.close();
    }

    @Produces
    @Singleton
    PostgresTiledLog tiledLog(Vertx vertx, AuditSchema.Access access, LogKeys keys) {
        return PostgresTiledLog.open(vertx, access.reader(), keys);
    }

    void close(@Disposes PostgresTiledLog tiledLog) {
        tiledLog.close();
    }

    @Produces
    @Singleton
    Eraser eraser(Vertx vertx, AuditSchema.Access access) {
        return Eraser.open(vertx, access.eraser());
    }

    void close(@Disposes Eraser eraser) {
        eraser.close();
    }

    @Produces
    @Singleton
    Pruner pruner(Vertx vertx, AuditSchema.Access access) {
        return Pruner.open(vertx, access.pruner());
    }

    void close(@Disposes Pruner pruner) {
        pruner.close();
    }

    @Produces
    @Singleton
    KeptEntries keptEntries(Vertx vertx, AuditSchema.Access access) {
        return KeptEntries.open(vertx, access.reader());
    }

    void close(@Disposes KeptEntries keptEntries) {
        keptEntries.close();
    }

    @Produces
    @Singleton
    PostgresCosignatures cosignatures(Vertx vertx, AuditSchema.Access access, LogKeys keys) {
        return PostgresCosignatures.open(vertx, access.writer(), keys);
    }

    void close(@Disposes PostgresCosignatures cosignatures) {
        cosignatures.close();
    }
}
