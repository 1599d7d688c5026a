package dev.writ.gateway.catalog;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@WritTest
class ExternalToolsTest {

    private static final String RUN_COMMAND = """
            {"name": "runCommand", "description": "Runs it", "inputSchema":
              {"type": "object", "additionalProperties": false, "properties": {"command": {"type": "string"}}}}
            """;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final String name = "e" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void areDecidedAndNeverCarriedOut() {
        register(Map.of("document", "{\"tools\": [" + RUN_COMMAND + "]}"))
                .then()
                .statusCode(201)
                .body("tools.name", hasItem(name + ".run_command"));
        String bundle = fixture.activate(name, """
                rule "listing"
                when
                    ToolCall( tool == "%s.run_command", text("command") == "ls" )
                then
                    allow("looking is free");
                end
                """.formatted(name));
        try {
            submit("ls", "decide").then().statusCode(200).body("decision.effect", equalTo("allow"));
            submit("rm", "decide").then().statusCode(200).body("decision.effect", equalTo("deny"));
            submit("ls", "execute").then().statusCode(422).body("detail", containsString("mode 'decide'"));
        } finally {
            fixture.deactivate(bundle);
        }
    }

    @Test
    void needADocumentWithoutDuplicatesAndNoCredential() {
        register(Map.of("document", "{\"tools\": [" + RUN_COMMAND + "," + RUN_COMMAND + "]}"))
                .then()
                .statusCode(422)
                .body("problems", hasItem(containsString("two of its tools")));
        register(Map.of(
                        "document",
                        "{\"tools\": [" + RUN_COMMAND + "]}",
                        "credential",
                        Map.of("header", "Authorization", "value", "Bearer of-some-length")))
                .then()
                .statusCode(422)
                .body("problems", hasItem(containsString("leave it out")));
        register(Map.of("document", "{\"tools\": 7}")).then().statusCode(422);
    }

    private Response submit(String command, String mode) {
        return agent.post(
                "/v1/tool-calls",
                Map.of("tool", name + ".run_command", "arguments", Map.of("command", command), "mode", mode));
    }

    private Response register(Map<String, Object> said) {
        Map<String, Object> body = new HashMap<>(said);
        body.put("name", name);
        body.put("kind", "external");
        return fixture.operator.post("/v1/connectors", body);
    }
}
