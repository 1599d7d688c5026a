package dev.writ.gateway.startup;

import dev.writ.audit.postgres.AuditSchema;
import dev.writ.audit.postgres.DatabaseUrl;
import dev.writ.audit.postgres.EmbeddedDatabase;
import io.vertx.pgclient.PgConnectOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The database of an installation, ready for use: the operator's own, or the one that Writ brings along. Its schema is up to
 * date, and the process that serves holds the restricted logins only.
 */
public final class Database implements AutoCloseable {

    private final AuditSchema.Access access;
    private final Optional<EmbeddedDatabase> embedded;

    private Database(AuditSchema.Access access, Optional<EmbeddedDatabase> embedded) {
        this.access = access;
        this.embedded = embedded;
    }

    /** Starts the database if it is ours, and brings its schema up to date. Blocks. */
    public static Database open(Home home, Optional<String> url) {
        Optional<EmbeddedDatabase> embedded =
                url.isPresent() ? Optional.empty() : Optional.of(EmbeddedDatabase.start(home.database()));
        try {
            DatabaseUrl admin = url.map(DatabaseUrl::parse)
                    .or(() -> embedded.map(EmbeddedDatabase::url))
                    .orElseThrow();
            return new Database(AuditSchema.prepare(admin, home.roleSecret(), "classpath:db/migration/writ"), embedded);
        } catch (RuntimeException failed) {
            embedded.ifPresent(EmbeddedDatabase::close);
            throw failed;
        }
    }

    public DatabaseUrl writer() {
        return access.writer();
    }

    public DatabaseUrl reader() {
        return access.reader();
    }

    /** What Quarkus has to be told before it starts. */
    public Map<String, String> properties() {
        PgConnectOptions reader = access.reader().connectOptions();
        Map<String, String> properties = new HashMap<>();
        properties.put(
                "quarkus.datasource.reactive.url",
                "postgresql://" + reader.getHost() + ":" + reader.getPort() + "/" + reader.getDatabase());
        properties.put("quarkus.datasource.username", reader.getUser());
        properties.put("quarkus.datasource.password", reader.getPassword());
        // Who logs in is derived from the role secret; this says only where.
        properties.put(
                "writ.database.url",
                "postgresql://writ:-@" + access.reader().host() + ":" + reader.getPort() + "/" + reader.getDatabase()
                        + "?sslmode=" + access.reader().sslMode().text()
                        + access.reader()
                                .sslRootCertificate()
                                .map(file -> "&sslrootcert=" + file)
                                .orElse(""));
        return properties;
    }

    @Override
    public void close() {
        embedded.ifPresent(EmbeddedDatabase::close);
    }
}
