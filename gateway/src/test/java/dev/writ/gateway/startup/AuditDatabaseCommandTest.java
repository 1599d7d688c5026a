package dev.writ.gateway.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Column;
import dev.writ.audit.Cosignature;
import dev.writ.audit.Cosigner;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.LogWitness;
import dev.writ.audit.Settled;
import dev.writ.audit.WitnessFolder;
import dev.writ.audit.postgres.AuditMetrics;
import dev.writ.audit.postgres.PostgresAuditLog;
import dev.writ.audit.postgres.PostgresCosignatures;
import dev.writ.model.JsonObject;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a log of ten entries, two for each of five calls, in a database that Writ brings along. */
class AuditDatabaseCommandTest {

    private static final PrintStream OUT = System.out;
    private static final PrintStream ERR = System.err;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static Optional<Database> database = Optional.empty();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void append() {
        Home home = Home.open(folder);
        Database opened = Database.open(home, Optional.empty());
        database = Optional.of(opened);
        Vertx vertx = Vertx.vertx();
        PostgresAuditLog.Settings settings = new PostgresAuditLog.Settings(
                opened.writer(),
                "one",
                home.signer(),
                home.masterKey(),
                home.highWaterMark("one"),
                PostgresAuditLog.Limits.DEFAULT,
                InstantSource.system(),
                AuditMetrics.NONE);
        try (PostgresAuditLog log =
                PostgresAuditLog.open(vertx, settings).await().atMost(SOON)) {
            for (int i = 0; i < 10; i++) {
                log.append(entry(i)).await().atMost(SOON);
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @AfterAll
    static void stop() {
        database.ifPresent(Database::close);
    }

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setOut(OUT);
        System.setErr(ERR);
    }

    @Test
    void verifiesTheDatabaseOfTheHome() {
        assertThat(run("verify")).isZero();

        assertThat(out.toString(UTF_8)).startsWith("The log is intact: 10 entries, root sha256:");
    }

    @Test
    void refusesADatabaseOfAnotherKey() {
        String other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

        assertThat(run("verify", "--vkey", other)).isEqualTo(1);

        assertThat(out.toString(UTF_8))
                .startsWith("The log is BROKEN at entry 0: ")
                .contains("which is not the one given");
    }

    @Test
    void replacesAKeyOnlyOnceBothSign() throws IOException {
        Path copy = Files.createTempDirectory("home");
        for (String name : List.of("signing-key", "master-key", "role-secret")) {
            Files.copy(folder.resolve(name), copy.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Home home = Home.open(copy);
        assertThatThrownBy(home::retireKey).hasMessageContaining("there is no next key");

        LogVerifierKey old = home.signer().verifierKey();
        LogVerifierKey next = home.prepareNextKey();

        assertThat(home.signer().keys().all()).containsExactly(old, next);
        assertThatThrownBy(home::prepareNextKey).hasMessageContaining("there already");
        assertThat(home.retireKey()).isEqualTo(old);
        assertThat(copy.resolve("signing-key-old")).hasSameTextualContentAs(folder.resolve("signing-key"));
        home.deleteOldKey();
        assertThat(copy.resolve("signing-key-old")).doesNotExist();
        assertThat(home.signer().keys().all()).containsExactly(next);
        assertThat(home.retiredKeys()).containsExactly(old);
        assertThat(home.logKeys().all()).containsExactly(next, old);
    }

    @Test
    void keepsTheOldKeyWhileTheLogIsSignedByItAlone() throws IOException {
        Path next = folder.resolve("signing-key-next");
        try {
            assertThat(run("key", "rotate")).isZero();
            assertThat(run("key", "retire")).isEqualTo(3);

            assertThat(err.toString(UTF_8)).contains("restart every replica with it first");
            assertThat(Files.exists(next)).isTrue();
        } finally {
            Files.deleteIfExists(next);
        }
    }

    @Test
    void provesTheLastDecisionOfACallFromTheDatabase() throws IOException {
        Path proof = folder.resolve("one.tlog-proof");

        assertThat(run("prove", "call-3", "--out", proof.toString())).isZero();
        assertThat(run("key")).isZero();
        String vkey = out.toString(UTF_8).lines().skip(1).findFirst().orElseThrow();
        assertThat(check(proof, vkey)).isZero();

        assertThat(out.toString(UTF_8)).contains("this is entry 6 of ", "call     call-3", "which then had 10 entries");
        assertThat(Files.readString(proof)).startsWith("c2sp.org/tlog-proof@v1\nextra ");
    }

    @Test
    void comparesTheDatabaseWithAnEarlierCheckpoint() throws IOException {
        Path proof = folder.resolve("since.tlog-proof");
        run("prove", "9", "--out", proof.toString());
        String text = Files.readString(proof);
        Path earlier = Files.writeString(folder.resolve("earlier"), text.substring(text.indexOf("\n\n") + 2));

        assertThat(run("verify", "--since", earlier.toString())).isZero();
    }

    @Test
    void provesEveryEntryOfACall() {
        Path proofs = folder.resolve("proofs");

        assertThat(run("prove", "call-2", "--all", "--out", proofs.toString())).isZero();

        assertThat(out.toString(UTF_8).lines())
                .containsExactly(
                        proofs.resolve("4.tlog-proof").toString(),
                        proofs.resolve("5.tlog-proof").toString());
    }

    @Test
    void saysThatThereIsNoSuchCall() {
        assertThat(run("prove", "call-9")).isEqualTo(3);

        assertThat(err.toString(UTF_8)).startsWith("writ: the log has no decision of such a call; ");
    }

    @Test
    void acceptsCheckpointsOfKeysThatWereRetired() throws IOException {
        LogSigner old =
                LogSigner.generate(Home.open(folder).signer().verifierKey().name(), new SecureRandom());
        Path retired = folder.resolve("retired-verifier-keys");
        Path earlier = Files.writeString(
                folder.resolve("old-checkpoint"), old.sign(Frontier.empty()).note());
        assertThat(run("verify", "--since", earlier.toString())).isEqualTo(3);
        try {
            Files.writeString(retired, old.verifierKey().vkey() + "\n");
            assertThat(run("verify", "--since", earlier.toString())).isZero();
        } finally {
            Files.deleteIfExists(retired);
        }
        String now = Home.open(folder).signer().verifierKey().vkey();
        assertThat(run(
                        "verify",
                        "--since",
                        earlier.toString(),
                        "--vkey",
                        now,
                        "--vkey",
                        old.verifierKey().vkey()))
                .isZero();
    }

    @Test
    void holdsCosignaturesAgainstAPolicy() throws IOException {
        LogSigner signer = Home.open(folder).signer();
        Cosigner cosigner = Cosigner.generate("example.com/w1", new SecureRandom());
        Path policy = Files.writeString(
                folder.resolve("policy"), "witness w1 " + cosigner.verifierKey().vkey() + "\nquorum w1\n");
        Checkpoint head = signer.sign(Frontier.empty());
        Vertx vertx = Vertx.vertx();
        try (WitnessFolder memory =
                        WitnessFolder.open(Files.createDirectory(folder.resolve("w1")), cosigner.verifierKey());
                PostgresCosignatures stored =
                        PostgresCosignatures.open(vertx, database.orElseThrow().writer(), signer.keys())) {
            new LogWitness(cosigner, List.of(signer.verifierKey()), memory, InstantSource.system())
                    .add("old 0\n\n" + head.note());
            Cosignature ofEmpty = cosigner.verifierKey()
                    .cosignature(memory.latest(head.origin()).orElseThrow().note())
                    .orElseThrow();
            stored.store(0, ofEmpty).await().atMost(SOON);
            assertThat(run("verify", "--policy", policy.toString())).isZero();

            stored.store(4, ofEmpty).await().atMost(SOON);

            assertThat(run("verify", "--policy", policy.toString())).isEqualTo(1);
            assertThat(out.toString(UTF_8)).contains("BROKEN");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("audit"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--home", folder.toString()));
        return Main.commands().execute(all.toArray(String[]::new));
    }

    private static int check(Path proof, String vkey) {
        return Main.commands().execute("audit", "check-proof", proof.toString(), "--vkey", vkey);
    }

    private static Draft<String> entry(int number) {
        Entry entry = new Entry(
                number % 2 == 0 ? "DECIDED" : "EXECUTED",
                Instant.parse("2026-01-02T12:00:00Z"),
                List.of("key/" + number),
                Set.of(),
                Map.of(Column.CALL, "call-" + number / 2),
                JsonObject.builder().put("number", number).build(),
                "",
                List.of());
        return Draft.independent(new Settled<>(entry, ""));
    }
}
