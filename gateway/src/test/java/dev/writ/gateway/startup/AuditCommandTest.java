package dev.writ.gateway.startup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.audit.Checkpoint;
import dev.writ.audit.Column;
import dev.writ.audit.Cosigner;
import dev.writ.audit.Entry;
import dev.writ.audit.FolderLog;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogSigner;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On logs in folders; {@link AuditDatabaseCommandTest} is on a database. */
class AuditCommandTest {

    private static final PrintStream OUT = System.out;
    private static final PrintStream ERR = System.err;
    private static final LogSigner SIGNER = LogSigner.generate("log.test", new SecureRandom());
    private static final String VKEY = SIGNER.verifierKey().vkey();
    private static final Cosigner WITNESS = Cosigner.generate("witness.test", new SecureRandom());
    private static final int SIZE = 600;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path log = Path.of("");

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        log = folder.resolve("log");
    }

    @AfterEach
    void stopListening() {
        System.setOut(OUT);
        System.setErr(ERR);
    }

    // ---- verify

    @Test
    void saysThatAnExportIsIntact() {
        Checkpoint head = write(SIZE);

        assertThat(run("verify", log.toString(), "--vkey", VKEY)).isZero();

        assertThat(out()).matches("The log is intact: 600 entries, root " + head.root() + ", [0-9]+ ms\\.\n");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void saysItAsOneObject() throws IOException {
        Checkpoint head = write(SIZE);

        assertThat(run("verify", log.toString(), "--vkey", VKEY, "--json")).isZero();

        JsonObject said = object();
        assertThat(said.text("result")).contains("intact");
        assertThat(said.text("origin")).contains("log.test");
        assertThat(said.text("root")).contains(head.root().value());
        assertThat(said.number("size").orElseThrow()).isEqualByComparingTo("600");
        assertThat(said.number("from").orElseThrow()).isZero();
    }

    @Test
    void saysWhereALogIsBroken() throws IOException {
        write(SIZE);
        edit();

        assertThat(run("verify", log.toString(), "--vkey", VKEY)).isEqualTo(1);
        assertThat(run("verify", log.toString(), "--vkey", VKEY, "--json")).isEqualTo(1);

        List<String> lines = out().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("The log is BROKEN at entry 300: its leaf does not have the hash");
        JsonObject said = (JsonObject) JsonValue.parse(lines.get(1));
        assertThat(said.text("result")).contains("broken");
        assertThat(said.number("index").orElseThrow()).isEqualByComparingTo("300");
    }

    @Test
    void comparesWithAnEarlierCheckpoint() throws IOException {
        Path earlier = folder.resolve("earlier");
        Files.writeString(earlier, write(100).note());
        write(SIZE);
        assertThat(run("verify", log.toString(), "--vkey", VKEY, "--since", earlier.toString()))
                .isZero();

        Files.writeString(earlier, write(SIZE + 1).note());
        write(SIZE);
        assertThat(run("verify", log.toString(), "--vkey", VKEY, "--since", earlier.toString()))
                .isEqualTo(1);
        assertThat(out()).contains("BROKEN at entry 600: the log had 601 entries, and has only 600.");

        Files.writeString(earlier, "nothing");
        assertThat(run("verify", log.toString(), "--vkey", VKEY, "--since", earlier.toString()))
                .isEqualTo(3);
    }

    @Test
    void comparesWithACheckpointThatAKeySignedWhichWasReplacedSince() throws IOException {
        LogSigner replaced = LogSigner.generate("log.test", new SecureRandom());
        Path earlier = folder.resolve("earlier");
        Checkpoint then = FolderLog.write(folder.resolve("then"), replaced, 100, AuditCommandTest::leaf);
        Files.writeString(earlier, then.note());
        write(SIZE);

        assertThat(run("verify", log.toString(), "--vkey", VKEY, "--since", earlier.toString()))
                .isEqualTo(3);
        assertThat(err.toString(UTF_8)).contains("give that with --since-vkey");
        assertThat(run(
                        "verify",
                        log.toString(),
                        "--vkey",
                        VKEY,
                        "--since",
                        earlier.toString(),
                        "--since-vkey",
                        replaced.verifierKey().vkey()))
                .isZero();
    }

    @Test
    void whatIsNotUnderstoodIsSaidInOneLine() {
        assertThat(run("check-proof", "proof")).isEqualTo(2);

        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "writ: Missing required option: '--vkey=KEY'; 'writ audit check-proof --help' says what there is\n");
    }

    @Test
    void saysFromWhereLeavesWereChecked() throws IOException {
        write(SIZE);
        Files.delete(log.resolve("tile/entries/000"));

        assertThat(run("verify", log.toString(), "--vkey", VKEY)).isEqualTo(1);
        assertThat(run("verify", log.toString(), "--vkey", VKEY, "--from", "256"))
                .isZero();
        assertThat(out()).contains("Every leaf from index 256 on was checked.");
    }

    @Test
    void cannotVerifyWhatIsNotThereOrNotReadable() {
        assertThat(run("verify", folder.resolve("none").toString(), "--vkey", VKEY))
                .isEqualTo(3);
        assertOneLine("there is no folder");
        assertThat(run("verify", folder.toString(), "--vkey", VKEY)).isEqualTo(3);
        assertOneLine("there is no log at " + folder);
        assertThat(run("verify", "http://log.example/", "--vkey", VKEY, "--token-file", "/no/token"))
                .isEqualTo(3);
        assertOneLine("there is no file /no/token");
        assertThat(run("verify", folder.toString(), "--vkey", VKEY, "--json")).isEqualTo(3);
        assertThat(object().text("result")).contains("unreadable");
    }

    @Test
    void sendsNoTokenInTheClear() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "secret");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));

        assertThat(run("verify", "http://log.example/", "--vkey", VKEY, "--token-file", token.toString()))
                .isEqualTo(3);

        assertOneLine("a token is sent by https only");
        assertThat(err.toString(UTF_8)).doesNotContain("secret");
    }

    @Test
    void wantsAKeyAndMakesNone() throws IOException {
        Path home = Files.createDirectory(folder.resolve("home"));
        Path absent = folder.resolve("absent");

        for (Path each : List.of(home, absent)) {
            assertThat(run("verify", "--home", each.toString())).isEqualTo(2);
            assertThat(run("verify", log.toString(), "--home", each.toString())).isEqualTo(2);
            assertThat(run("verify", "--vkey", VKEY, "--home", each.toString())).isEqualTo(3);
            assertThat(run("key", "--home", each.toString())).isEqualTo(3);
            assertThat(run("prove", "1", "--home", each.toString())).isEqualTo(3);
        }

        assertThat(err.toString(UTF_8)).contains("give the log's verifier key with --vkey", "there is no log in");
        assertThat(absent).doesNotExist();
        try (Stream<Path> made = Files.list(home)) {
            assertThat(made).isEmpty();
        }
    }

    @Test
    void refusesAKeyThatIsNone() {
        assertThat(run("verify", log.toString(), "--vkey", VKEY.replace("log", "Log")))
                .isEqualTo(2);
        assertThat(run("check-proof", "file")).isEqualTo(2);
        assertThat(run("verify", "--from", "-1", log.toString(), "--vkey", VKEY))
                .isEqualTo(2);
    }

    // ---- key

    @Test
    void printsTheKeyOfAHomeThatHasOne() {
        Home home = Home.open(folder.resolve("home"));
        String vkey = home.signer().verifierKey().vkey();

        assertThat(run("key", "--home", home.folder().toString())).isZero();

        assertThat(out()).isEqualTo(vkey + "\n");
    }

    @Test
    void verifiesWithTheKeyOfTheHome() {
        Home home = Home.open(folder.resolve("home"));
        FolderLog.write(log, home.signer(), 3, AuditCommandTest::leaf);

        assertThat(run("verify", log.toString(), "--home", home.folder().toString()))
                .isZero();
    }

    // ---- prove and check-proof

    @Test
    void whatIsProvedCanBeCheckedElsewhere() {
        write(SIZE);
        Path proof = folder.resolve("proof");

        assertThat(run("prove", "300", "--url", log.toString(), "--out", proof.toString()))
                .isZero();
        assertThat(run("check-proof", proof.toString(), "--vkey", VKEY)).isZero();

        assertThat(out().lines())
                .containsExactly(
                        proof.toString(),
                        "The proof is good: this is entry 300 of log.test, which then had 600 entries.",
                        "kind     DECIDED",
                        "at       2026-01-02T12:00:00Z",
                        "agent    agent-7",
                        "body     {\"n\":300,\"say\":\"\\u009b\\u202e\"}");
    }

    @Test
    void provesWhatAGatewaySaysThatACallHas() throws IOException {
        write(SIZE);
        Path proofs = folder.resolve("proofs");
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext(
                "/log/",
                exchange -> answer(
                        exchange,
                        Files.readAllBytes(
                                log.resolve(exchange.getRequestURI().getPath().substring("/log/".length())))));
        gateway.createContext("/v1/audit/entries", exchange -> {
            String query = exchange.getRequestURI().getRawQuery();
            asked.add(query);
            String page = query.contains("cursor=") || query.contains("kind=DECIDED")
                    ? "{\"entries\":[{\"index\":300}],\"asOf\":600}"
                    : "{\"entries\":[{\"index\":301}],\"asOf\":600,\"next\":\"c+1\"}";
            answer(exchange, page.getBytes(UTF_8));
        });
        gateway.start();
        String url = "http://127.0.0.1:" + gateway.getAddress().getPort() + "/log/";
        try {
            assertThat(run("prove", "a call", "--url", url, "--vkey", VKEY, "--out", proofs + ".one"))
                    .isZero();
            assertThat(run("prove", "a call", "--all", "--url", url, "--vkey", VKEY, "--out", proofs.toString()))
                    .isZero();
        } finally {
            gateway.stop(0);
        }

        assertThat(out().lines())
                .containsExactly(
                        proofs + ".one",
                        proofs.resolve("300.tlog-proof").toString(),
                        proofs.resolve("301.tlog-proof").toString());
        assertThat(asked)
                .containsExactly(
                        "call=a+call&kind=DECIDED&limit=1",
                        "call=a+call&limit=100",
                        "call=a+call&limit=100&cursor=c%2B1");
        assertThat(run("check-proof", proofs + ".one", "--vkey", VKEY)).isZero();
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void refusesAProofThatWasChanged() throws IOException {
        write(SIZE);
        Path proof = folder.resolve("proof");
        run("prove", "300", "--url", log.toString(), "--out", proof.toString());
        String text = Files.readString(proof);
        String other =
                LogSigner.generate("log.test", new SecureRandom()).verifierKey().vkey();

        for (String changed : List.of(
                text.replace("index 300", "index 301"),
                text.replaceFirst("\nextra .*\n", "\n"),
                text.replace("\n600\n", "\n601\n"),
                "")) {
            Files.writeString(proof, changed);
            assertThat(run("check-proof", proof.toString(), "--vkey", VKEY)).isEqualTo(1);
        }
        Files.writeString(proof, text);
        assertThat(run("check-proof", proof.toString(), "--vkey", other)).isEqualTo(1);
        Files.write(proof, new byte[] {(byte) 0xff});
        assertThat(run("check-proof", proof.toString(), "--vkey", VKEY)).isEqualTo(1);
        assertThat(out().lines().filter(line -> line.startsWith("The proof is NOT good: ")))
                .hasSize(6);
        assertThat(run("check-proof", folder.resolve("none").toString(), "--vkey", VKEY))
                .isEqualTo(3);
    }

    @Test
    void asksForTheWitnessesOfAPolicy() throws IOException {
        write(SIZE);
        Path proof = folder.resolve("proof");
        run("prove", "300", "--url", log.toString(), "--out", proof.toString());
        Path policy = folder.resolve("policy");

        Files.writeString(policy, "quorum none\n");
        assertThat(run("check-proof", proof.toString(), "--vkey", VKEY, "--policy", policy.toString()))
                .isZero();
        Files.writeString(policy, "witness w " + WITNESS.verifierKey().vkey() + "\nquorum w\n");
        assertThat(run("check-proof", proof.toString(), "--vkey", VKEY, "--policy", policy.toString()))
                .isEqualTo(1);
        assertThat(out()).contains("NOT good: its checkpoint does not have the cosignatures that the policy demands.");
        Files.writeString(policy, "quorum somebody\n");
        assertThat(run("check-proof", proof.toString(), "--vkey", VKEY, "--policy", policy.toString()))
                .isEqualTo(3);
        assertOneLine("is not a policy: ");
    }

    @Test
    void provesNothingThatIsNotThere() throws IOException {
        write(SIZE);
        Files.delete(log.resolve("tile/entries/000"));

        assertThat(run("prove", "600", "--url", log.toString())).isEqualTo(3);
        assertOneLine("there is no entry 600: the log has 600 entries");
        assertThat(run("prove", "7", "--url", log.toString())).isEqualTo(3);
        assertOneLine("entries below index 256 were deleted when their time was over");
        assertThat(run("prove", "a-call", "--url", log.toString())).isEqualTo(3);
        assertOneLine("is not that of a gateway's log");
        assertThat(run("prove", "7", "--all", "--url", log.toString())).isEqualTo(2);
    }

    @Test
    void writesNoProofThatDoesNotLeadToTheKey() {
        write(SIZE);
        Path proof = folder.resolve("proof");
        String other =
                LogSigner.generate("log.test", new SecureRandom()).verifierKey().vkey();

        assertThat(run("prove", "7", "--url", log.toString(), "--vkey", other, "--out", proof.toString()))
                .isEqualTo(3);

        assertOneLine("the log does not prove entry 7");
        assertThat(proof).doesNotExist();
    }

    private static int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("audit"));
        all.addAll(List.of(arguments));
        return Main.commands().execute(all.toArray(String[]::new));
    }

    private String out() {
        return out.toString(UTF_8);
    }

    private JsonObject object() {
        return (JsonObject) JsonValue.parse(out().strip());
    }

    /** The last thing that was said, and nothing of where in the program it happened. */
    private void assertOneLine(String what) {
        List<String> lines = err.toString(UTF_8).lines().toList();
        assertThat(lines.get(lines.size() - 1)).startsWith("writ: ").contains(what);
        assertThat(lines).noneMatch(line -> line.contains("\tat "));
    }

    private Checkpoint write(int size) {
        return FolderLog.write(log, SIGNER, size, AuditCommandTest::leaf);
    }

    private void edit() throws IOException {
        Path bundle = log.resolve("tile/entries/001");
        String text = Files.readString(bundle, ISO_8859_1);
        Files.writeString(bundle, text.replace("{\"n\":300,", "{\"n\":301,"), ISO_8859_1);
    }

    private static byte[] leaf(long index) {
        JsonObject body =
                JsonObject.builder().put("n", index).put("say", "\u009b\u202e").build();
        Entry entry = new Entry(
                "DECIDED",
                Instant.parse("2026-01-02T12:00:00Z"),
                List.of("key/" + index),
                Set.of(),
                Map.of(Column.AGENT, "agent-7"),
                body,
                "",
                List.of());
        return Leaf.of(entry, Map.of()).bytes();
    }
}
