package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MCP servers that are programs, where the gateway may start them. */
@WritTest
@TestProfile(ProgramServersTest.Programs.class)
class ProgramServersTest {

    public static final class Programs implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("writ.catalog.stdio", "true", "writ.catalog.stdio-programs", "/bin/sh");
        }
    }

    private static final String SECRET = "canary-77d0c1e9";

    /** Answers a call with a variable, the secret and where it is; dies if it is told to. */
    private static final String SERVER = """
            answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$1"; }
            while IFS= read -r line; do
              id=${line#*\\"id\\":}; id=${id%%,*}
              case "$line" in
                *'"method":"server/discover"'*)
                  printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}\\n' "$id" ;;
                *'"method":"initialize"'*)
                  answer '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"1"}}' ;;
                *'"method":"tools/list"'*)
                  answer '{"tools":[{"name":"say","description":"Says a text","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}}]}' ;;
                *'"text":"die"'*) exit 1 ;;
                *'"method":"tools/call"'*)
                  answer "{\\"content\\":[{\\"type\\":\\"text\\",\\"text\\":\\"$GREETING $TOKEN $WRIT_HOME $HOME\\"}]}" ;;
              esac
            done
            """;

    private static final class Shared {
        static final Fixture FIXTURE = Fixture.of(
                "http://127.0.0.1:" + ConfigProvider.getConfig().getValue("quarkus.http.test-port", String.class),
                Bank.home());
    }

    @TempDir
    private Path folder;

    private final Fixture fixture = Shared.FIXTURE;
    private final Client agent = fixture.agent();
    private final String name = "p" + UUID.randomUUID().toString().substring(0, 8);
    private String bundle = "";

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("server.sh"), SERVER);
        bundle = fixture.activate(name, "rule \"%1$s\" when ToolCall() then allow(\"a test\"); end\n".formatted(name));
    }

    @AfterEach
    void stop() {
        fixture.deactivate(bundle);
        fixture.operator.request().delete("/v1/connectors/" + name);
    }

    @Test
    void startsAProgramWithItsVariablesAndNothingElseAndCallsIt() {
        register(Map.of("env", Map.of("GREETING", "hello"), "secretEnv", Map.of("TOKEN", SECRET)))
                .then()
                .statusCode(201)
                .body("tools.name", contains(name + ".say"));

        Response said = agent.call(name + ".say", Map.of("text", "x"));

        said.then().statusCode(200).body("result.content[0].text", containsString("hello "));
        assertThat(said.asString()).doesNotContain(SECRET).contains("/programs/" + name);
        Response shown = fixture.operator.get("/v1/connectors/" + name);
        assertThat(shown.asString()).contains("/bin/sh").doesNotContain(SECRET);
    }

    @Test
    void doesNotKnowWhatAProgramDidThatDiesAndStartsItAgain() {
        register(Map.of()).then().statusCode(201);

        agent.call(name + ".say", Map.of("text", "die"))
                .then()
                .statusCode(504)
                .body("detail", containsString("the program ended"));

        agent.call(name + ".say", Map.of("text", "x")).then().body("status", equalTo("succeeded"));
    }

    @Test
    void startsOnlyProgramsThatAreNamed() {
        refused(List.of("/usr/bin/env", "sh"), "it names /bin/sh");
        refused(List.of("sh"), "named by its whole path");
        refused(List.of(), "the program first and then its arguments");
    }

    @Test
    void saysWhatAProgramComplainedOf() {
        refused(List.of("/bin/sh", "-c", "echo there is no such module >&2; exit 1"), "there is no such module");
        refused(List.of("/bin/sh", "/nowhere/server.sh"), "/nowhere/server.sh");
    }

    private void refused(List<String> command, String why) {
        register(Map.of("command", command)).then().statusCode(422).body("problems[0]", containsString(why));
    }

    private Response register(Map<String, ?> changes) {
        Map<String, Object> registration = new HashMap<>(Map.of(
                "name",
                name,
                "kind",
                "mcp",
                "command",
                List.of("/bin/sh", folder.resolve("server.sh").toString())));
        registration.putAll(changes);
        return fixture.operator.post("/v1/connectors", registration);
    }
}
