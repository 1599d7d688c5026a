package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code writ keys}, typed. */
@WritTest
class KeysCommandTest {

    @TempDir
    private Path folder;

    private final Fixture fixture = Bank.shared().fixture();
    private final String name = "k" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("admin"), fixture.admin.key() + "\n");
    }

    @Test
    void printsAKeyThatWorksAndNothingElse() {
        Terminal made = keys("create", name, "--role", "operator,author", "--expires-in", "1d");

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.lines()).hasSize(1);
        Client caller = new Client(fixture.admin.baseUrl(), name, made.lines().get(0));
        caller.get("/v1/connectors").then().statusCode(200);
    }

    @Test
    void keepsAKeyInAFileThatOnlyItsOwnerReads() throws IOException {
        Path file = folder.resolve("key");

        Terminal made = keys("create", name, "--role", "operator", "--out", file.toString());

        String key = Files.readString(file).strip();
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made.out()).contains("of " + name + " (operator)").doesNotContain(key);
        assertThat(keys("create", name, "--role", "operator", "--out", file.toString())
                        .err())
                .contains("keys are not overwritten; nothing was made");
        assertThat(Files.readString(file).strip()).isEqualTo(key);
    }

    @Test
    void leavesNoFileWhereNoKeyWasMade() {
        Path file = folder.resolve("key");

        Terminal refused = keys("create", name, "--role", "agent", "--out", file.toString());

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("no registered agent");
        assertThat(file).doesNotExist();
    }

    @Test
    void listsAndEndsKeys() {
        Client agent = fixture.agent();

        assertThat(keys("list").lines())
                .anyMatch(line -> line.startsWith("active") && line.contains(agent.keyId() + "  " + agent.name()));
        assertThat(keys("revoke", agent.keyId()).out()).contains("has ended");
        assertThat(keys("list").lines()).anyMatch(line -> line.startsWith("revoked") && line.contains(agent.keyId()));
        agent.get("/v1/tools").then().statusCode(401);
    }

    private Terminal keys(String... words) {
        List<String> options = List.of("--url=" + fixture.admin.baseUrl(), "--key-file=" + folder.resolve("admin"));
        return Terminal.run(Stream.concat(Stream.concat(Stream.of("keys"), Stream.of(words)), options.stream())
                .toArray());
    }
}
