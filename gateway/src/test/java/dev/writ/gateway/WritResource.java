package dev.writ.gateway;

import dev.writ.audit.Authenticator;
import dev.writ.audit.postgres.DatabaseUrl;
import dev.writ.audit.postgres.EmbeddedDatabase;
import dev.writ.gateway.startup.Database;
import dev.writ.gateway.startup.Home;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What {@code writ serve} prepares before Quarkus starts: a home and a PostgreSQL, both new. */
public final class WritResource implements QuarkusTestResourceLifecycleManager {

    /** Property that tells tests how to log in as the database's superuser. */
    static final String ADMIN_URL = "test.writ.admin-url";

    /** What Envoys of tests say that they are. */
    public static final String ENVOY_TOKEN = "an-envoy-of-tests-says-this-and-nothing-else";

    private EmbeddedDatabase postgres;
    private TestIssuer issuer;
    private LateIssuer lateIssuer;
    private MailServer mailServer;
    private ModelServer modelServer;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "home-");
            Home home = Home.open(folder);
            postgres = EmbeddedDatabase.start(home.database());
            String adminUrl = text(postgres.url());
            Map<String, String> properties =
                    new HashMap<>(Database.open(home, Optional.of(adminUrl)).properties());
            properties.put(ADMIN_URL, adminUrl);
            properties.put("writ.home", folder.toString());
            // However busy the machine is: what ends by a time-out here has one of its own.
            properties.put("writ.call.hint-time", "20s");
            // All tests call from one address.
            properties.put("writ.admission.stranger-burst", "100000");
            properties.put("writ.approval.max-open", "20");
            properties.put("writ.approval.break-glass-groups", "glass-breakers");
            properties.put("writ.passkey.rp-id", Authenticator.RP_ID);
            properties.put("writ.passkey.origins", Authenticator.ORIGIN);
            properties.put("writ.mcp.hold", "1s");
            properties.put("writ.mcp.list-lifetime", "500ms");
            properties.put("writ.mcp.streams-per-principal", "3");
            properties.put("writ.policy.shadow.every", "200ms");
            properties.put("writ.policy.canary.min-identities", "5");
            // A disk that stalls for some seconds must not look like a fault of what is tested.
            properties.put("writ.audit.append-timeout", "10s");
            // Tests change rows behind the gateway's back, and it would rightly fail closed.
            properties.put("writ.audit.scrub.at-least", "1h");
            issuer = TestIssuer.start();
            properties.putAll(issuer.properties(folder));
            lateIssuer = LateIssuer.start();
            properties.putAll(lateIssuer.properties(folder));
            mailServer = MailServer.start(Files.createDirectory(folder.resolve("mail")));
            properties.putAll(mailServer.properties());
            modelServer = ModelServer.start(Files.createDirectory(folder.resolve("model")));
            properties.putAll(modelServer.properties());
            properties.put("writ.console.url", "http://writ.example.com");
            properties.put("writ.notifications.attempts", "2");
            properties.put("writ.notifications.retry-after", "200ms");
            properties.putAll(tls(folder));
            Path token = folder.resolve("envoy-token");
            Files.writeString(token, ENVOY_TOKEN + "\n");
            properties.put("writ.envoy.enabled", "true");
            properties.put("writ.envoy.port", "0");
            properties.put("writ.envoy.token-file", token.toString());
            properties.put("writ.envoy.caller-certificates", "true");
            properties.put("writ.envoy.headers", "content-type,x-team");
            properties.put("quarkus.log.file.enable", "true");
            properties.put(
                    "quarkus.log.file.path", folder.resolve("gateway.log").toString());
            return properties;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Map<String, String> tls(Path folder) {
        TestCertificates agents = TestCertificates.create(TestCertificates.AGENTS);
        agents.authority().writeTo(folder, TestCertificates.AGENTS);
        agents.issue("writ", TestCertificates.here()).writeTo(folder, "server");
        return Map.of(
                "quarkus.http.test-ssl-port",
                "0",
                "quarkus.http.ssl.certificate.files",
                folder.resolve("server.pem").toString(),
                "quarkus.http.ssl.certificate.key-files",
                folder.resolve("server.key").toString(),
                "quarkus.http.ssl.certificate.trust-store-file",
                folder.resolve(TestCertificates.AGENTS + ".pem").toString(),
                "quarkus.http.ssl.certificate.trust-store-file-type",
                "PEM",
                "writ.identity.trust-domains",
                "agents.example");
    }

    private static String text(DatabaseUrl url) {
        return "postgresql://" + url.user() + ":" + url.password() + "@" + url.host() + ":" + url.port() + "/"
                + url.database() + "?sslmode=disable";
    }

    @Override
    public void stop() {
        if (issuer != null) {
            issuer.stop();
        }
        if (lateIssuer != null) {
            lateIssuer.stop();
        }
        if (modelServer != null) {
            modelServer.close();
        }
        if (mailServer != null) {
            mailServer.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }
}
