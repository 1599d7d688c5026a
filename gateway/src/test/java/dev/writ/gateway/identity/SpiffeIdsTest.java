package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpiffeIdsTest {

    private static final String BILLING = "spiffe://example.org/ns/a/billing";
    private static final List<String> DOMAINS = List.of("example.org");
    private static final String PASSWORD = "only for this test";

    @TempDir
    private Path folder;

    private final World world = new World();
    private final CertificateCallers callers = new CertificateCallers(world.directory, world.config, world);

    /** A certificate with those extensions. */
    private X509Certificate certificate(String... extensions) throws Exception {
        Path store = folder.resolve(extensions.length + "-" + System.nanoTime());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "leaf",
                "-keyalg",
                "EC",
                "-dname",
                "CN=leaf",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        for (String extension : extensions) {
            command.add("-ext");
            command.add(extension);
        }
        Process keytool = new ProcessBuilder(command).inheritIO().start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return read(store);
    }

    private static X509Certificate read(Path store) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return (X509Certificate) Objects.requireNonNull(keys.getCertificate("leaf"));
        }
    }

    @Test
    void isTheOneUriOfALeafOfATrustedDomain() throws Exception {
        X509Certificate leaf = certificate("san=uri:" + BILLING + ",dns:billing.example.org");

        assertThat(SpiffeIds.of(leaf, DOMAINS)).contains(BILLING);
        assertThat(SpiffeIds.of(leaf, List.of())).isEmpty();
        assertThat(SpiffeIds.of(leaf, List.of("example", "ample.org", "example.org.evil")))
                .isEmpty();
    }

    @Test
    void twoUrisAreNone() throws Exception {
        assertThat(SpiffeIds.of(certificate("san=uri:" + BILLING + ",uri:spiffe://example.org/b"), DOMAINS))
                .isEmpty();
    }

    @Test
    void anAuthorityIsNobody() throws Exception {
        assertThat(SpiffeIds.of(certificate("san=uri:" + BILLING, "bc=ca:true"), DOMAINS))
                .isEmpty();
    }

    @Test
    void anotherUriIsNone() throws Exception {
        assertThat(SpiffeIds.of(certificate("san=uri:https://example.org/ns/a/billing"), DOMAINS))
                .isEmpty();
        assertThat(SpiffeIds.of(certificate(), DOMAINS)).isEmpty();
    }

    @Test
    void aCertificateIsWhoIsRegisteredForIt() throws Exception {
        X509Certificate leaf = certificate("san=uri:" + BILLING);
        world.register("billing");
        assertNobody(leaf);

        ApiKey key = world.issued(world.request("billing", Role.AGENT, new Proof.Certificate(BILLING)))
                .key();

        Caller caller = callers.caller(leaf);
        assertThat(caller.key()).isEqualTo(key);
        assertThat(caller.assurance()).isEqualTo("mtls");
        assertNobody(certificate("san=uri:" + BILLING + "2"));
        world.pass(Duration.ofDays(30));
        assertNobody(leaf);
    }

    @Test
    void aCertificateWithoutSuchAnIdIsKnownByItsDigest() throws Exception {
        X509Certificate leaf = certificate();
        world.register("billing");
        ApiKey key = world.issued(world.request(
                        "billing",
                        Role.AGENT,
                        new Proof.Certificate(SpiffeIds.thumbprint(leaf).orElseThrow())))
                .key();

        assertThat(callers.caller(leaf).key()).isEqualTo(key);
        assertNobody(certificate());
    }

    @Test
    void namesAreWellFormed() {
        for (String wrong : List.of(
                "spiffe://example.org",
                "spiffe://example.org/",
                "spiffe://Example.org/a",
                "spiffe://example.org/a/../b",
                "spiffe://example.org/..",
                "spiffe://example.org/a?b",
                "spiffe://user@example.org/a",
                "https://example.org/a",
                "sha256:abc")) {
            assertThat(Proof.Certificate.isName(wrong)).as(wrong).isFalse();
        }
        assertThat(Proof.Certificate.isName("spiffe://example.org/a.b/...")).isTrue();
    }

    private void assertNobody(X509Certificate leaf) {
        assertThatThrownBy(() -> callers.caller(leaf))
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(ProblemType.FORBIDDEN);
    }
}
