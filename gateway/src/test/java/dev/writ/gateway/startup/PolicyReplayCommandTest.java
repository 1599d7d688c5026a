package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@WritTest
class PolicyReplayCommandTest {

    @TempDir
    Path folder;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ana");

    private record Ran(int code, String out, String err) {}

    @Test
    void saysWhatFlipsAndByWhichRules() throws IOException {
        String from = end();
        agent.call("bank.pay", Map.of("to", "acme", "amount", 80)).then().statusCode(200);
        bundle(Fixture.RULES.replace("100", "50"));

        Ran ran = replay("--from", from);

        assertThat(ran.out())
                .contains("1 of 1 decisions come out otherwise.")
                .contains("allow by \"small payment\" -> escalate by \"large payment needs finance\"")
                .contains("are reproduced by the bundles that decided them");
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void nothingFlipsWithTheSameRules() throws IOException {
        String from = end();
        agent.call("bank.balance", Map.of("id", "a")).then().statusCode(200);
        bundle(Fixture.RULES);

        Ran ran = replay("--from", from);

        assertThat(ran.out()).contains("0 of 1 decisions come out otherwise.");
        assertThat(ran.code()).isZero();
    }

    @Test
    void namesThePlaceInTheFolderOfWhatTheGatewayCannotUse() throws IOException {
        bundle("rule \"x\"\nwhen\n  ToolCall( tool == \"bank.steal\" )\nthen\n  allow(\"y\");\nend\n");

        Ran ran = replay();

        assertThat(ran.err()).contains("rules.drl:3:").contains("bank.steal");
        assertThat(ran.code()).isEqualTo(2);
    }

    @Test
    void aKeyOfAnotherRoleIsToldSo() throws IOException {
        bundle(Fixture.RULES);
        key(agent);

        Ran ran = run(List.of());

        assertThat(ran.err()).containsIgnoringCase("role");
        assertThat(ran.code()).isEqualTo(2);
    }

    @Test
    void whereNoGatewayIsItSaysSo() throws IOException {
        bundle(Fixture.RULES);

        Ran ran = replay("--url", "http://127.0.0.1:1");

        assertThat(ran.err()).contains("no gateway").contains("--url");
        assertThat(ran.code()).isEqualTo(2);
    }

    private String end() {
        return Long.toString(
                fixture.auditor.get("/v1/audit/entries?limit=1").jsonPath().getLong("entries[0].index") + 1);
    }

    private void bundle(String rules) throws IOException {
        Files.createDirectories(folder.resolve("bundle"));
        Files.writeString(folder.resolve("bundle/bundle.yaml"), """
                name: bank
                version: 9.9.9
                description: for tests
                owners: [tests]
                groups: [finance, legal]
                scope: ["bank.*"]
                """);
        Files.writeString(folder.resolve("bundle/rules.drl"), rules);
        key(fixture.author);
    }

    private void key(Client of) throws IOException {
        Path file = folder.resolve("key");
        Files.writeString(file, of.key());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Ran replay(String... further) {
        return run(Arrays.asList(further));
    }

    private Ran run(List<String> further) {
        List<String> arguments = new ArrayList<>(List.of(
                "policy",
                "replay",
                folder.resolve("bundle").toString(),
                "--key-file",
                folder.resolve("key").toString()));
        if (!further.contains("--url")) {
            arguments.addAll(List.of("--url", agent.baseUrl()));
        }
        arguments.addAll(further);
        PrintStream usualOut = System.out;
        PrintStream usualErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = new CommandLine(new WritCommand()).execute(arguments.toArray(String[]::new));
            return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(usualOut);
            System.setErr(usualErr);
        }
    }
}
