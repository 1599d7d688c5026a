package dev.writ.gateway.hook;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a coding agent is told before it uses a tool, and what the log says of it. */
@WritTest
class HookTest {

    private static final String CODER = "c" + UUID.randomUUID().toString().substring(0, 8);
    private static final String DECISION = "hookSpecificOutput.permissionDecision";
    private static final String REASON = "hookSpecificOutput.permissionDecisionReason";
    private static final Fixture FIXTURE = Bank.shared().fixture();

    private static String bundle = "";

    private final Client agent = FIXTURE.agent("ana");

    @BeforeAll
    static void register() {
        FIXTURE.operator
                .post("/v1/connectors", Map.of("name", CODER, "kind", "external", "document", """
                                {"tools": [{"name": "Bash", "inputSchema": {"type": "object", "required": ["command"],
                                  "properties": {"command": {"type": "string"}}}}]}
                                """))
                .then()
                .statusCode(201);
        bundle = FIXTURE.activate(CODER, """
                rule "list" when ToolCall( tool == "%1$s.bash", text("command") == "ls" ) then allow("looking is free"); end
                rule "push" when ToolCall( tool == "%1$s.bash", text("command") == "git push" )
                then escalate("it leaves the machine").to("finance").within("1h"); end
                rule "print" when ToolCall( tool == "%1$s.bash", text("command") == "env" )
                then allow("without secrets").redact("stdout"); end
                rule "label" when ToolCall( tool == "%1$s.bash", text("command") == "cat" ) then allow("so").label("untrusted"); end
                """.formatted(CODER));
    }

    @AfterAll
    static void restore() {
        FIXTURE.deactivate(bundle);
    }

    private static Map<String, Object> bash(String command, String use) {
        return said("PreToolUse", "Bash", Map.of("command", command), use);
    }

    private static Map<String, Object> said(String event, String tool, Map<String, ?> input, String use) {
        Map<String, Object> said = new HashMap<>();
        said.put("session_id", "abc-123");
        said.put("transcript_path", "/home/ana/.claude/t.jsonl");
        said.put("cwd", "/home/ana/shop");
        said.put("permission_mode", "default");
        said.put("hook_event_name", event);
        said.put("tool_name", tool);
        said.put("tool_input", input);
        said.put("tool_use_id", use);
        return said;
    }

    private Response before(String parameters, Object said) {
        return agent.post("/v1/hooks/pre-tool-use?connector=" + CODER + "&" + parameters, said);
    }

    private Response claude(String command) {
        return before("agent=claude-code", bash(command, UUID.randomUUID().toString()));
    }

    @Test
    void isToldWhatRulesSay() {
        claude("ls")
                .then()
                .statusCode(200)
                .header("Writ-Decision", "allow")
                .body(DECISION, equalTo("allow"))
                .body(REASON, containsString("looking is free"));
        claude("git push")
                .then()
                .statusCode(200)
                .header("Writ-Decision", "ask")
                .body(DECISION, equalTo("ask"))
                .body(REASON, containsString("it leaves the machine"));
        claude("rm -rf /")
                .then()
                .statusCode(200)
                .header("Writ-Decision", "deny")
                .body(DECISION, equalTo("deny"))
                .body(REASON, containsString("Nothing was executed"));
    }

    @Test
    void decidesOnAServersToolOnlyUnderTheNameThatIsListed() {
        String server = "s" + UUID.randomUUID().toString().substring(0, 8);
        FIXTURE.operator
                .post(
                        "/v1/connectors",
                        Map.of(
                                "name",
                                server,
                                "kind",
                                "external",
                                "document",
                                "{\"tools\": [{\"name\": \"getUser\", \"inputSchema\": {\"type\": \"object\"}}]}"))
                .then()
                .statusCode(201);
        String rules = FIXTURE.activate(server, """
                rule "get" when ToolCall( tool == "%s.get_user" ) then allow("so"); end
                """.formatted(server));
        try {
            before("agent=claude-code", said("PreToolUse", "mcp__" + server + "__getUser", Map.of(), "u1"))
                    .then()
                    .body(DECISION, equalTo("allow"));
            before("agent=claude-code", said("PreToolUse", "mcp__" + server + "__GET_USER", Map.of(), "u2"))
                    .then()
                    .body(DECISION, equalTo("deny"))
                    .body(REASON, containsString("spelled otherwise"));
        } finally {
            FIXTURE.deactivate(rules);
        }
    }

    @Test
    void isRecordedAsAnyDecisionWithTheAgentsWordOnWhereItComesFrom() {
        String call = given().spec(agent.request())
                .header("Writ-On-Behalf-Of", "ana")
                .body(bash("ls", "toolu_1"))
                .post("/v1/hooks/pre-tool-use?agent=claude-code&connector=" + CODER)
                .then()
                .header("Writ-Decision", "allow")
                .extract()
                .header("Writ-Call-Id");

        agent.get("/v1/tool-calls/" + call).then().body("status", equalTo("decided"));
        LogEntry entry = FIXTURE.entries("kind=DECIDED&call=" + call).get(0);
        String whole = FIXTURE.auditor
                .get("/v1/audit/entries/" + entry.index() + "?inputs=true")
                .asString();
        assertThat(whole)
                .contains("claude-code, session abc-123, in /home/ana/shop")
                .contains("\"onBehalfOf\":\"ana\"");
    }

    @Test
    void theSameUseIsTheSameCall() {
        Map<String, Object> use = bash("ls", "toolu_again");
        String call = before("agent=claude-code", use).header("Writ-Call-Id");

        before("agent=claude-code", use).then().header("Writ-Call-Id", call).body(DECISION, equalTo("allow"));
        before("agent=claude-code", bash("cat", "toolu_again"))
                .then()
                .statusCode(200)
                .body(DECISION, equalTo("deny"))
                .body(REASON, containsString("different call"));
    }

    @Test
    void noPersonAtTheTerminalIsAskedWhereNobodyCanBeOrShallBe() {
        before("agent=claude-code&escalated=deny", bash("git push", "u"))
                .then()
                .body(DECISION, equalTo("deny"))
                .body(REASON, containsString("They are asked now"));
        before("agent=codex", bash("git push", "u")).then().body(DECISION, equalTo("deny"));
        before("agent=cursor", Map.of("tool_name", "Bash", "tool_input", Map.of("command", "git push")))
                .then()
                .body("permission", equalTo("deny"));
        before("agent=cursor&escalated=ask", Map.of("tool_name", "Bash", "tool_input", Map.of("command", "git push")))
                .then()
                .statusCode(200)
                .body("permission", equalTo("deny"))
                .body("user_message", containsString("cannot make it ask"));
    }

    @Test
    void whatApproversAgreeToIsAllowedToTheNextUseAndToNoFurtherOne() {
        Client approver = FIXTURE.approver("fin-" + UUID.randomUUID(), "finance");
        String address = "agent=codex&escalated=deny";
        Response denied = before(address, bash("git push", "first"));
        denied.then().body(DECISION, equalTo("deny")).body(REASON, containsString("use the tool again"));
        String call = denied.header("Writ-Call-Id");
        before(address, bash("git push", "second")).then().header("Writ-Call-Id", call);

        approver.approve(call).then().statusCode(200);

        // Codex has no word for an allow.
        before(address, bash("git push", "third"))
                .then()
                .header("Writ-Decision", "allow")
                .header("Writ-Call-Id", call);
        before(address, bash("git push", "third")).then().header("Writ-Decision", "allow");
        before(address, bash("git push", "second"))
                .then()
                .header("Writ-Decision", "deny")
                .body(REASON, containsString("used by another submission"));
        before(address, bash("git push", "fourth"))
                .then()
                .header("Writ-Decision", "deny")
                .header("Writ-Call-Id", not(call));
        agent.post(
                        "/v1/hooks/post-tool-use?agent=codex",
                        said("PostToolUse", "Bash", Map.of("command", "git push"), "third"))
                .then()
                .statusCode(200);
        agent.get("/v1/tool-calls/" + call).then().body("reported.outcome", equalTo("succeeded"));
    }

    @Test
    void anAllowCanLeaveTheAgentsOwnQuestionsInPlace() {
        before("agent=claude-code&allowed=pass", bash("ls", "u"))
                .then()
                .header("Writ-Decision", "allow")
                .body("hookSpecificOutput", nullValue());
        before("agent=claude-code&allowed=pass", bash("rm", "v")).then().body(DECISION, equalTo("deny"));
    }

    @Test
    void anObligationThatNobodyMeetsIsADenial() {
        claude("env").then().body(DECISION, equalTo("deny")).body(REASON, containsString("'redact'"));
        claude("cat").then().body(DECISION, equalTo("allow"));
    }

    @Test
    void whateverIsWrongIsADenialWithStatus200() {
        Map<String, Object> unknown = said("PreToolUse", "Teleport", Map.of(), "u");
        before("agent=claude-code", unknown).then().statusCode(200).body(REASON, containsString("no such tool"));
        before("agent=claude-code", said("PreToolUse", "Bash", Map.of("cmd", "ls"), "u"))
                .then()
                .statusCode(200)
                .body(DECISION, equalTo("deny"));
        before("agent=claude-code", "{").then().statusCode(200).body(DECISION, equalTo("deny"));
        before("agent=claude-code", bash("ls", "u").toString())
                .then()
                .statusCode(200)
                .body(DECISION, equalTo("deny"));
        before("agent=vim", bash("ls", "u")).then().statusCode(200).body(REASON, containsString("'agent' is one of"));
        before("agent=claude-code&escalate=deny", bash("ls", "u"))
                .then()
                .statusCode(200)
                .body(REASON, containsString("Known ones: agent, allowed, connector, escalated"));
        before("agent=claude-code", said("PostToolUse", "Bash", Map.of("command", "ls"), "u"))
                .then()
                .statusCode(200)
                .body(DECISION, equalTo("deny"));
        given().spec(agent.request())
                .contentType("text/plain")
                .body("ls")
                .post("/v1/hooks/pre-tool-use?agent=gemini-cli")
                .then()
                .statusCode(200)
                .body("decision", equalTo("deny"));
        agent.get("/v1/hooks/pre-tool-use?agent=copilot")
                .then()
                .statusCode(200)
                .body("permissionDecision", equalTo("deny"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer writ_nobody_0000", "Basic YTpi"})
    void whoHasNoLiveKeyIsDeniedWithStatus200(String authorization) {
        given().baseUri(agent.baseUrl())
                .header("Authorization", authorization)
                .contentType("application/json")
                .body(bash("ls", "u"))
                .post("/v1/hooks/pre-tool-use?agent=claude-code&connector=" + CODER)
                .then()
                .statusCode(200)
                .header("Writ-Decision", "deny")
                .body(DECISION, equalTo("deny"))
                .body(REASON, containsString("API key"));
        FIXTURE.author
                .post("/v1/hooks/pre-tool-use?agent=claude-code", bash("ls", "u"))
                .then()
                .statusCode(200)
                .body(DECISION, equalTo("deny"));
    }

    @Test
    void whatWasRefusedIsInTheLogThoughItsStatusWas200() {
        before("agent=claude-code", said("PreToolUse", "Teleport", Map.of(), "u"));

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(FIXTURE.entries("kind=REJECTED_INPUT&limit=1000"))
                        .anySatisfy(entry -> {
                            assertThat(entry.text("actor")).isEqualTo(agent.name());
                            assertThat(entry.text("where")).isEqualTo("POST /v1/hooks/pre-tool-use");
                            assertThat(entry.text("problem")).isEqualTo("not-found");
                        }));
    }

    @Test
    void whatItDidIsReportedForTheCallThatWasDecided() {
        String call = before("agent=claude-code", bash("ls", "did")).header("Writ-Call-Id");
        String asked = before("agent=claude-code", bash("git push", "asked")).header("Writ-Call-Id");
        before("agent=claude-code", bash("rm", "denied"));

        after("PostToolUse", "did", 200);
        after("PostToolUse", "did", 200);
        after("PostToolUseFailure", "did", 409);
        after("PostToolUseFailure", "asked", 200);
        after("PostToolUse", "denied", 409);
        after("PostToolUse", "never", 404);

        agent.get("/v1/tool-calls/" + call)
                .then()
                .body("reported.outcome", equalTo("succeeded"))
                .body("reported.by", equalTo("agent"));
        agent.get("/v1/tool-calls/" + asked).then().body("reported.outcome", equalTo("failed"));
        agent.post(
                        "/v1/hooks/post-tool-use?agent=copilot",
                        Map.of("sessionId", "s", "toolName", "bash", "toolArgs", Map.of()))
                .then()
                .statusCode(400)
                .body("detail", containsString("tool_use_id"));
    }

    private void after(String event, String use, int status) {
        Map<String, Object> said = said(event, "Bash", Map.of("command", "ls"), use);
        said.put("tool_response", Map.of("stdout", "a secret that is nobody's business"));
        agent.post("/v1/hooks/post-tool-use?agent=claude-code", said).then().statusCode(status);
    }

    @Test
    void theCommandPassesOnWhatWritSays(@TempDir Path folder) throws Exception {
        Ran allowed = run(folder, agent.baseUrl(), agent.key(), bash("ls", "cmd-1"), "pre");
        Ran denied = run(folder, agent.baseUrl(), agent.key(), bash("rm", "cmd-2"), "pre");
        Ran told = run(folder, agent.baseUrl(), agent.key(), said("PostToolUse", "Bash", Map.of(), "cmd-1"), "post");
        Ran stranger = run(folder, agent.baseUrl(), "writ_nobody_0000", bash("ls", "cmd-3"), "pre");

        assertThat(allowed.out()).contains("\"allow\"");
        assertThat(denied.out()).contains("\"deny\"");
        assertThat(stranger.out()).contains("\"deny\"");
        assertThat(told.out()).isEqualTo("{}\n");
        assertThat(List.of(allowed, denied, told, stranger)).allSatisfy(ran -> {
            assertThat(ran.error()).isEmpty();
            assertThat(ran.code()).isZero();
        });
    }

    @Test
    void theCommandBlocksWhateverElseAnswersOrNobodyDoes(@TempDir Path folder) throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            byte[] hello =
                    "{\"hookSpecificOutput\":{\"permissionDecision\":\"allow\"}}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, hello.length);
            exchange.getResponseBody().write(hello);
            exchange.close();
        });
        other.start();
        String url = "http://127.0.0.1:" + other.getAddress().getPort();
        Ran anothers = run(folder, url, agent.key(), bash("ls", "u"), "pre");
        other.stop(0);
        Ran nobodys = run(folder, url, agent.key(), bash("ls", "u"), "pre");
        Ran keyless = run(folder, agent.baseUrl(), "", bash("ls", "u"), "pre");
        Ran mistaken = run(folder, agent.baseUrl(), agent.key(), bash("ls", "u"), "before");

        assertThat(List.of(anothers, nobodys, keyless, mistaken)).allSatisfy(ran -> {
            assertThat(ran.code()).isEqualTo(2);
            assertThat(ran.out()).isEmpty();
            assertThat(ran.error()).contains("nothing may be executed");
        });
        assertThat(run(folder, url, agent.key(), bash("ls", "u"), "post").code())
                .isEqualTo(1);
    }

    /** How the hook command ended. */
    private record Ran(int code, String out, String error) {}

    private static Ran run(Path folder, String url, String key, Map<String, ?> said, String when)
            throws IOException, InterruptedException {
        Path input = Files.writeString(folder.resolve("input"), new ObjectMapper().writeValueAsString(said));
        Path out = folder.resolve("out");
        Path error = folder.resolve("error");
        ProcessBuilder command = new ProcessBuilder(
                        Path.of("..", "docs", "hooks", "writ-hook").toString(),
                        when,
                        "claude-code",
                        "connector=" + CODER)
                .redirectInput(input.toFile())
                .redirectOutput(out.toFile())
                .redirectError(error.toFile());
        command.environment().put("WRIT_URL", url);
        command.environment()
                .put(
                        "WRIT_KEY_FILE",
                        Files.writeString(folder.resolve("key"), key).toString());
        Process process = command.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(error));
    }
}
