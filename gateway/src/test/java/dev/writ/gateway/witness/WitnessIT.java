package dev.writ.gateway.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.WitnessFolder;
import dev.writ.audit.WitnessPolicy;
import dev.writ.audit.postgres.EmbeddedDatabase;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.Ports;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.startup.Home;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A gateway and a witness, as processes. The last test sets the database back, which nothing survives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WitnessIT {

    /** A gateway asks a witness that was away again after a while, which grows. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Upstream upstream = Upstream.start();
    private final int port = Ports.free();
    private Path home;
    private Path witnessHome;
    private Path policyFile;
    private LogVerifierKey logKey;
    private WitnessProcess witness;
    private EmbeddedDatabase postgres;
    private Superuser database;
    private GatewayProcess gateway;
    private Fixture fixture;
    private Client fay;

    @BeforeAll
    void startBoth(@TempDir Path folder) throws IOException {
        home = folder.resolve("gateway");
        witnessHome = folder.resolve("witness");
        policyFile = folder.resolve("policy");
        logKey = Home.open(home).signer().verifierKey();
        witness = WitnessProcess.start(witnessHome, port, logKey.vkey());
        Files.writeString(policyFile, witness.policyLine() + "\nquorum w1\n");
        postgres = EmbeddedDatabase.start(Home.open(home).database());
        gateway = start();
        database = Superuser.connect(postgres.url());
        fixture = Fixture.of(gateway.url(), home);
        fixture.register(upstream);
        fixture.activate(Fixture.RULES);
        fay = fixture.approver("fay", "finance");
    }

    @AfterAll
    void stopAll() {
        database.close();
        gateway.close();
        witness.close();
        postgres.close();
        upstream.close();
    }

    private GatewayProcess start() {
        return GatewayProcess.start(
                home,
                "-Dwrit.witness.policy=" + policyFile,
                "-Dwrit.witness.required-for=approvals,bundles,keys",
                "-Dwrit.witness.required-wait=8s",
                "-Dwrit.witness.interval=300ms",
                "-Dwrit.witness.timeout=8s",
                "-Dwrit.witness.start-timeout=30s");
    }

    /** The newest checkpoint that the witness has cosigned, as it shows it. */
    private Checkpoint witnessed() {
        Response shown =
                RestAssured.get("http://127.0.0.1:" + port + "/" + WitnessFolder.name(logKey.name()) + "/checkpoint");
        shown.then().statusCode(200);
        return logKey.verify(shown.asString());
    }

    private long size() {
        return Long.parseLong(
                database.query("SELECT max(size) FROM audit.checkpoint").get(0));
    }

    private String escalated() {
        return fixture.agent()
                .call("bank.pay", Map.of("to", "acme", "amount", 150))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    @Test
    @Order(1)
    void everyCheckpointIsCosignedBeforeLong() {
        long size = size();

        await().atMost(PATIENCE).until(() -> witnessed().size() >= size);
        String note = witnessed().note();
        assertThat(witness.key().cosignature(note)).isPresent();
        WitnessPolicy policy =
                WitnessPolicy.parse(("log " + logKey.vkey() + "\n" + witness.policyLine() + "\nquorum w1\n")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(policy.isMetBy(note)).isTrue();
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<String> stored = database.query("SELECT c.note || s.line || chr(10) FROM audit.cosignature s"
                    + " JOIN audit.checkpoint c USING (log_id, size) WHERE s.signed_at <= now() ORDER BY size DESC");
            assertThat(stored).isNotEmpty().allMatch(policy::isMetBy);
        });
        await().atMost(PATIENCE).untilAsserted(() -> {
            String served = fixture.auditor.get("/log/checkpoint").asString();
            assertThat(policy.isMetBy(served)).as(served).isTrue();
        });
        await().atMost(PATIENCE)
                .untilAsserted(() -> RestAssured.get(gateway.url() + "/q/health/ready")
                        .then()
                        .statusCode(200)
                        .body("checks.find { it.name == 'witnesses' }.data.witnessed", notNullValue()));
    }

    @Test
    @Order(2)
    void witnessKeepsItsKeyToItselfAndRunsOnce() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(witnessHome.resolve("witness-key"))))
                .isEqualTo("rw-------");
        assertThat(WitnessProcess.startInVain(witnessHome, Ports.free(), logKey.vkey()))
                .contains("another witness runs on");
    }

    @Test
    @Order(3)
    void witnessAnswersWhatItIsNotMadeForWithAStatus() {
        String base = "http://127.0.0.1:" + port;
        RestAssured.get(base + "/add-checkpoint").then().statusCode(405);
        RestAssured.get(base + "/").then().statusCode(404);
        RestAssured.get(base + "/checkpoint").then().statusCode(404);
        RestAssured.get(base + "/" + "0".repeat(64) + "/checkpoint").then().statusCode(404);
        RestAssured.given()
                .body("nonsense")
                .post(base + "/add-checkpoint")
                .then()
                .statusCode(400);
        RestAssured.given()
                .body("x".repeat(70_000))
                .post(base + "/add-checkpoint")
                .then()
                .statusCode(413);
        RestAssured.given()
                .contentType("application/octet-stream")
                .body(("old 0\n\n"
                                + database.query("SELECT note FROM audit.checkpoint WHERE size = 0")
                                        .get(0))
                        .getBytes(StandardCharsets.UTF_8))
                .post(base + "/add-checkpoint")
                .then()
                .statusCode(409)
                .contentType(equalTo("text/x.tlog.size"));
    }

    @Test
    @Order(4)
    void approvedCallGoesOnOnceItsGrantIsWitnessed() {
        String call = escalated();
        fay.approve(call).then().statusCode(200);

        int granted =
                fixture.entries("kind=APPROVAL_GRANTED&call=" + call).get(0).index();
        assertThat(witnessed().size()).isGreaterThan(granted);
        await().atMost(PATIENCE)
                .until(() -> !fixture.entries("kind=EXECUTED&call=" + call).isEmpty());
    }

    @Test
    @Order(5)
    void withoutTheWitnessAppendsGoOnAndWhatRequiresItWaits() {
        String call = escalated();
        Client agent = fixture.agent();
        int before = upstream.requests();
        witness.kill();

        agent.call("bank.pay", Map.of("to", "acme", "amount", 10)).then().statusCode(200);
        fay.approve(call)
                .then()
                .statusCode(503)
                .body("type", equalTo("urn:writ:problem:not-witnessed"))
                .body("detail", containsString("recorded at index"))
                .body("index", notNullValue());
        assertThat(fixture.entries("kind=APPROVAL_GRANTED&call=" + call)).hasSize(1);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> fixture.operator.get("/q/health/ready").then().statusCode(200));
        // One for the payment, none for the call that was approved.
        assertThat(upstream.requests()).isEqualTo(before + 1);
        assertThat(fixture.entries("kind=DECIDED&call=" + call)).hasSize(1);
        // A kill switch waits for nobody.
        fixture.killSwitch("agent", "agent-of-nobody", true);
        fixture.killSwitch("agent", "agent-of-nobody", false);

        witness = WitnessProcess.start(witnessHome, port, logKey.vkey());

        await().atMost(PATIENCE)
                .until(() -> !fixture.entries("kind=EXECUTED&call=" + call).isEmpty());
        fay.approve(escalated()).then().statusCode(200);
    }

    @Test
    @Order(6)
    void witnessStopsWhenAsked() {
        assertThat(witness.stops()).isTrue();
        witness = WitnessProcess.start(witnessHome, port, logKey.vkey());
        assertThat(witnessed().size()).isPositive();
    }

    @Test
    @Order(7)
    void aGatewayOfBeforeAChangeOfKeysDoesNotStart(@TempDir Path folder) throws IOException {
        LogSigner later = LogSigner.generate(logKey.name(), new SecureRandom());
        Frontier larger = Frontier.empty();
        for (int i = 0; i < 10_000; i++) {
            larger = larger.append(MerkleHash.leaf(new byte[0]));
        }
        int otherPort = Ports.free();
        try (WitnessProcess other =
                WitnessProcess.start(folder, otherPort, later.verifierKey().vkey())) {
            RestAssured.given()
                    .contentType("application/octet-stream")
                    .body(("old 0\n\n" + later.sign(larger).note()).getBytes(StandardCharsets.UTF_8))
                    .post("http://127.0.0.1:" + otherPort + "/add-checkpoint")
                    .then()
                    .statusCode(200);
            Path policy = folder.resolve("policy");
            Files.writeString(policy, other.policyLine() + "\nquorum w1\n");

            assertThatThrownBy(() -> GatewayProcess.start(
                            home, "-Dwrit.witness.policy=" + policy, "-Dwrit.witness.start-timeout=30s"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("witness w1 has cosigned size 10000")
                    .hasMessageContaining("set back");
        }
    }

    @Test
    @Order(8)
    void gatewayNoticesThatTheDatabaseWasSetBackAndDoesNotStartOnIt() throws IOException {
        long size = size();
        await().atMost(PATIENCE).until(() -> witnessed().size() >= size);
        long older = Long.parseLong(database.query("SELECT max(size) FROM audit.checkpoint WHERE size < " + (size - 3))
                .get(0));
        database.execute("SET session_replication_role = replica");
        for (String rows : List.of(
                "cosignature WHERE size > ",
                "checkpoint WHERE size > ",
                "entry_key WHERE idx >= ",
                "input WHERE idx >= ",
                "entry WHERE idx >= ")) {
            database.execute("DELETE FROM audit." + rows + older);
        }

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(gateway.output()).contains("fails closed");
            RestAssured.get(gateway.url() + "/q/health/ready").then().statusCode(503);
        });
        gateway.close();
        try (var files = Files.list(home)) {
            for (Path file : files.filter(one -> one.getFileName().toString().startsWith("high-water-mark"))
                    .toList()) {
                Files.delete(file);
            }
        }
        assertThatThrownBy(this::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("witness w1 has cosigned size")
                .hasMessageContaining("set back");
    }
}
