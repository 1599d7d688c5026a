package dev.writ.gateway.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.WritTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code writ apply} and {@code writ connectors}, typed. */
@WritTest
class ApplyCommandTest {

    private static final String SECRET = "Bearer canary-5d1f0c77ab2e4890";
    private static final InputStream IN = System.in;

    @TempDir
    private Path folder;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final String name = "a" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("openapi.yaml"), Upstream.DOCUMENT);
        Files.writeString(folder.resolve("token"), SECRET + "\n");
        Files.writeString(folder.resolve("key"), fixture.operator.key());
    }

    @AfterEach
    void cleanUp() {
        System.setIn(IN);
        fixture.operator.request().delete("/v1/connectors/" + name);
    }

    @Test
    void registersWhatTheFileSaysAndNothingTheSecondTime() throws IOException {
        Path file = file("");

        Terminal first = apply(file, "--yes");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out())
                .contains("connector " + name + ": added", "tool " + name + ".pay: added  sha256:")
                .contains("    Pays an amount to an account")
                .contains("    effects, if you agree: {", "} since the name says 'pay'")
                .contains("credential or secrets: set", "agent " + name + ": added, owner olga")
                .contains("connector " + name + " is registered with 2 tools")
                .doesNotContain("canary");
        agent.get("/v1/tools/" + name + ".pay").then().statusCode(200);
        Terminal second = apply(file, "--yes");
        assertThat(second.exitCode()).isZero();
        assertThat(second.lines()).endsWith("nothing to do");
    }

    @Test
    void saysWhatWouldChangeAndChangesNothing() throws IOException {
        assertThat(apply(file(""), "--dry-run").exitCode()).isEqualTo(2);
        agent.get("/v1/tools/" + name + ".pay").then().statusCode(404);
        apply(file(""), "--yes");
        Files.writeString(
                folder.resolve("openapi.yaml"), Upstream.DOCUMENT.replace("Pays an amount", "Wires an amount"));
        Files.writeString(folder.resolve("token"), SECRET + "x");

        Terminal changed = apply(file("    timeout: 3s\n"), "--dry-run");

        assertThat(changed.exitCode()).isEqualTo(2);
        assertThat(changed.out())
                .contains("connector " + name + ": changed", "credential or secrets: changed")
                .contains("/timeoutMillis\n    - 10000\n    + 3000")
                .contains("tool " + name + ".pay: changed", "- Pays an amount to an", "+ Wires an amount to an")
                .doesNotContain("tool " + name + ".balance")
                .contains("1 to do; nothing was changed");
    }

    @Test
    void takesNoSecretOfAnOAuthClientThatStandsInTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("oauth.yaml"), """
            connectors:
              - name: notes
                kind: mcp
                url: https://notes.example/mcp
                credential:
                  oauth: {tokenUrl: "https://login.example/token", clientId: writ, clientSecret: plain-secret}
            """);

        assertThat(apply(file, "--yes").err())
                .contains("credential/oauth/clientSecret: write env:NAME")
                .doesNotContain("plain-secret");
    }

    @Test
    void asksBeforeItChangesAnything() throws IOException {
        System.setIn(new ByteArrayInputStream("no\n".getBytes(UTF_8)));
        assertThat(apply(file("")).exitCode()).isEqualTo(1);
        agent.get("/v1/tools/" + name + ".pay").then().statusCode(404);

        System.setIn(new ByteArrayInputStream("yes\n".getBytes(UTF_8)));
        assertThat(apply(file("")).exitCode()).isZero();
        agent.get("/v1/tools/" + name + ".pay").then().statusCode(200);
    }

    @Test
    void removesNothingThatTheFileDoesNotNameUnlessItIsTold() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.yaml"), "connectors: []\n");

        Terminal kept = apply(empty, "--dry-run");
        Terminal pruned = apply(empty, "--dry-run", "--prune");

        assertThat(kept.out()).contains("kept without --prune: ").contains("bank");
        assertThat(pruned.out()).contains("connector bank: removed");
        assertThat(pruned.exitCode()).isEqualTo(2);
    }

    @Test
    void wantsNoSecretInTheFile() throws IOException {
        Path file = file("");
        Files.writeString(file, Files.readString(file).replace("file:token", SECRET));

        Terminal refused = apply(file, "--yes");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("write env:NAME or file:PATH").doesNotContain("canary");
    }

    @Test
    void saysWhatTheGatewayCannotUse() throws IOException {
        Terminal refused = apply(file("    labels: {" + name + ".steal: [untrusted]}\n"), "--yes");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("The connector cannot be used as it is", name + ".steal: extracts");
        Terminal unknown = apply(Files.writeString(folder.resolve("typo.yaml"), "conectors: []\n"), "--yes");
        assertThat(unknown.err()).contains("'conectors' is unknown");
    }

    @Test
    void showsConnectors() throws IOException {
        apply(file(""), "--yes");

        assertThat(connectors("list").out()).contains(name).contains("  2 tools");
        assertThat(connectors("show", name).out()).contains(name + ".pay  sha256:");
        assertThat(connectors("diff", name).lines()).containsExactly("nothing is in quarantine");
        Terminal approve = connectors("approve", name, "sha256:00", "--reason", "x");
        assertThat(approve.exitCode()).isEqualTo(1);
        assertThat(approve.err()).contains("nothing in quarantine begins so");
    }

    private Path file(String more) throws IOException {
        return Files.writeString(folder.resolve("connectors.yaml"), """
            connectors:
              - name: %1$s
                kind: http
                baseUrl: %2$s
                document: file:openapi.yaml
                allowPrivateAddresses: true
                credential: {header: Authorization, value: "file:token"}
            %3$sagents:
              - {name: %1$s, owner: olga, description: tests}
            """.formatted(
                        name, Bank.shared().upstream().url(), more));
    }

    private Terminal apply(Path file, String... options) {
        return run(Stream.concat(Stream.of("apply", "-f", file.toString()), Stream.of(options)));
    }

    private Terminal connectors(String... words) {
        return run(Stream.concat(Stream.of("connectors"), Stream.of(words)));
    }

    private Terminal run(Stream<String> words) {
        return Terminal.run(Stream.concat(
                        words, Stream.of("--url=" + fixture.operator.baseUrl(), "--key-file=" + folder.resolve("key")))
                .toArray());
    }
}
