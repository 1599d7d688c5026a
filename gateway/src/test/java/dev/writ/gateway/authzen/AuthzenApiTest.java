package dev.writ.gateway.authzen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WritTest
class AuthzenApiTest {

    private static final String DOCUMENT =
            """
            {"tools": [%s], "entities": [
              {"type": "user", "id": "ada", "properties": {"roles": ["editor"]}},
              {"type": "user", "id": "ben", "properties": {"roles": ["reader"]}},
              {"type": "paper", "id": "p-1"}, {"type": "paper", "id": "p-2", "properties": {"secret": true}}]}
            """.formatted(String.join(",", tool("read"), tool("write"), tool("canShare"), tool("print")));

    private static final String RULES = """
            rule "reading %s"
            when
                ToolCall( tool == "%s.paper.read" )
            then
                allow("papers may be read");
            end

            rule "secret papers %s"
            when
                ToolCall( tool == "%s.paper.read", flag("known.resource.secret") == true,
                    text("subject.id") == "ben" )
            then
                deny("this paper is secret");
            end

            rule "editors write %s"
            when
                ToolCall( tool == "%s.paper.write", list("known.subject.roles") contains "editor" )
            then
                allow("editors may write");
            end

            rule "sharing %s"
            when
                ToolCall( tool == "%s.paper.can_share" )
            then
                escalate("sharing needs the legal team").to("legal").within("1h");
            end

            rule "printing %s"
            when
                ToolCall( tool == "%s.paper.print", text("resource.id") == "p-1" )
            then
                allow("printed without names").redact("names");
            end

            rule "printing what is labelled %s"
            when
                ToolCall( tool == "%s.paper.print", text("resource.id") == "p-2" )
            then
                allow("printed and remembered").label("printed");
            end
            """;

    private final Fixture fixture = Bank.shared().fixture();
    private External papers;
    private Client pep;

    private static String tool(String action) {
        return """
                {"name": "paper.%s", "inputSchema": {"type": "object", "additionalProperties": false, "properties": {
                  "subject": {"type": "object", "properties": {"id": {"type": "string"}}},
                  "action": {"type": "object", "properties": {"name": {"const": "%s"}}},
                  "resource": {"type": "object", "properties": {"id": {"type": "string"},
                    "properties": {"type": "object", "properties": {"page": {"type": "number"}}}}},
                  "context": {"type": "object"},
                  "known": {"type": "object", "properties": {
                    "subject": {"type": "object", "properties": {"roles": {"type": "array", "items": {"type": "string"}}}},
                    "resource": {"type": "object", "properties": {"secret": {"type": "boolean"}}}}}}}}
                """.formatted(action, action);
    }

    @BeforeEach
    void open() {
        papers = External.open(fixture, DOCUMENT, RULES);
        pep = papers.pep();
    }

    @AfterEach
    void close() {
        papers.close();
    }

    @Test
    void aPermitSaysWhereItIsRecorded() {
        ValidatableResponse answer =
                evaluation(question("ada", "read", "p-1")).statusCode(200).body("decision", equalTo(true));

        LogEntry decided = decisions().get(0);
        answer.body("context.id", equalTo(decided.column("call")))
                .body("context.reason_user.'200'", equalTo("papers may be read"))
                .body(
                        "context.reason_admin.'200'",
                        equalTo("rule 'reading " + papers.name() + "': papers may be read (allow, call "
                                + decided.column("call") + ", log index " + decided.index() + ")"));
        assertThat(decided.text("mode")).isEqualTo("decide");
        assertThat(decided.column("tool")).isEqualTo(papers.name() + ".paper.read");
    }

    @Test
    void theSubjectIsAnArgumentAndNeverThePrincipal() {
        evaluation(question("ada", "read", "p-1")).statusCode(200);

        assertThat(decisions().get(0).column("subject")).isEqualTo("-");
    }

    @Test
    void whatTheOperatorSaysCannotBeSaidByTheApplication() {
        String forged = """
                {"subject": {"type": "user", "id": "eve", "properties": {"roles": ["editor"]}}, "action": {"name": "write"},
                 "resource": {"type": "paper", "id": "p-1"}, "known": {"subject": {"roles": ["editor"]}}}
                """;

        evaluation(forged).statusCode(200).body("decision", equalTo(false));
        evaluation(question("ada", "write", "p-1")).statusCode(200).body("decision", equalTo(true));
    }

    @Test
    void whatNoToolStandsForIsDeniedAndCounted() {
        evaluation(question("ada", "burn", "p-1"))
                .statusCode(200)
                .body("decision", equalTo(false))
                .body("context.error.status", equalTo(404))
                .body("context.error.message", containsString("<connector>.<resource.type>.<action.name>"));

        assertThat(decisions()).isEmpty();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(fixture.entries("kind=REJECTED_INPUT&agent=" + pep.name()))
                        .singleElement()
                        .satisfies(entry -> assertThat(entry.text("where")).isEqualTo("POST /access/v1/evaluation")));
    }

    @Test
    void whatDoesNotFitTheToolIsDeniedAndSaysWhy() {
        evaluation(question("ada", "read", "p-1").replace("\"p-1\"", "\"p-1\", \"properties\": {\"page\": \"one\"}"))
                .statusCode(200)
                .body("decision", equalTo(false))
                .body("context.error.status", equalTo(400))
                .body("context.error.message", containsString("/resource/properties/page"));
    }

    @Test
    void twoConnectorsForOneQuestionDeny() {
        try (External other = External.open(fixture, DOCUMENT, RULES)) {
            assertThat(other.name()).isNotEqualTo(papers.name());
            evaluation(question("ada", "read", "p-1"))
                    .statusCode(200)
                    .body("decision", equalTo(false))
                    .body("context.error.message", containsString("writ.authzen.connectors"));

            Client scoped = fixture.admin.issue(
                    pep.name(), Map.of("roles", List.of("agent"), "tools", List.of(papers.name() + ".*")));
            scoped.request()
                    .body(question("ada", "read", "p-1"))
                    .post("/access/v1/evaluation")
                    .then()
                    .body("decision", equalTo(true));
            assertThat(decisions())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.column("tool")).startsWith(papers.name()));
        }
    }

    @Test
    void anEscalationIsADenialThatAsksForApproval() {
        evaluation(question("ada", "canShare", "p-1"))
                .statusCode(200)
                .body("decision", equalTo(false))
                .body("context.reason_user.'403'", containsString("needs approval: sharing needs the legal team"));
    }

    @Test
    void denyOnFirstDenyDecidesNothingBehindIt() {
        evaluations("deny_on_first_deny", "read", "write", "read")
                .body("evaluations.decision", equalTo(List.of(true, false)));

        assertThat(decisions()).hasSize(2);
    }

    @Test
    void permitOnFirstPermitDecidesNothingBehindIt() {
        evaluations("permit_on_first_permit", "burn", "write", "read", "read")
                .body("evaluations.decision", equalTo(List.of(false, false, true)));

        assertThat(decisions()).hasSize(2);
    }

    @Test
    void allAreAnsweredInTheirOrderAndEachIsRecorded() {
        String[] actions = IntStream.range(0, 40)
                .mapToObj(number -> number % 3 == 0 ? "read" : "write")
                .toArray(String[]::new);

        evaluations("execute_all", actions)
                .body(
                        "evaluations.decision",
                        equalTo(List.of(actions).stream().map("read"::equals).toList()));

        assertThat(decisions()).hasSize(40);
    }

    @Test
    void moreThanAllowedIsRefusedAsAWhole() {
        evaluations(
                413,
                "execute_all",
                IntStream.range(0, 101).mapToObj(number -> "read").toArray(String[]::new));

        assertThat(decisions()).isEmpty();
    }

    @Test
    void errorsAreASentenceAndCarryTheRequestsId() {
        for (String path : List.of("evaluation", "evaluations", "search/subject")) {
            pep.request()
                    .header("X-Request-ID", "r 7")
                    .body("{\"subject\": 1}")
                    .post("/access/v1/" + path)
                    .then()
                    .statusCode(400)
                    .contentType("text/plain")
                    .header("X-Request-ID", "r 7")
                    .body(containsString("'subject'"));
        }
        RestAssured.given()
                .baseUri(pep.baseUrl())
                .contentType("application/json")
                .header("X-Request-ID", "r 8")
                .body("{}")
                .post("/access/v1/evaluation")
                .then()
                .statusCode(401)
                .contentType("text/plain")
                .header("X-Request-ID", "r 8")
                .header("WWW-Authenticate", containsString("Bearer"));
        fixture.auditor
                .post("/access/v1/evaluation", Map.of())
                .then()
                .statusCode(403)
                .contentType("text/plain");
    }

    @Test
    void jsonIsStrictAndAnythingWrongWithItIsMalformed() {
        for (String body : List.of(
                "{\"subject\": {}, \"subject\": {}}",
                "[]",
                question("ada", "read", "p-1").replace("\"ada\"", "1e400"))) {
            evaluation(body).statusCode(400);
        }
        assertThat(decisions()).isEmpty();
    }

    @Test
    void anObligationIsAPermitOnlyForWhoSaysThatTheyMeetIt() {
        String asked = question("ada", "print", "p-1");

        evaluation(asked)
                .body("decision", equalTo(false))
                .body("context.obligations", nullValue())
                .body("context.reason_admin.'403'", containsString("'custom' is not among"));
        evaluation(supporting(asked, "notification")).body("decision", equalTo(false));
        evaluation(supporting(asked, "custom"))
                .body("decision", equalTo(true))
                .body("context.obligations", hasSize(1))
                .body("context.obligations[0].id", equalTo("obligation-1"))
                .body("context.obligations[0].type", equalTo("custom"))
                .body("context.obligations[0].properties", equalTo(Map.of("vendor", "writ", "redact", "names")));
    }

    @Test
    void anObligationThatOnlyTheGatewayMeetsDenies() {
        evaluation(supporting(question("ada", "print", "p-2"), "custom"))
                .body("decision", equalTo(false))
                .body("context.reason_admin.'403'", containsString("only the gateway can meet"));
    }

    private static String supporting(String question, String type) {
        return question.replaceFirst("\\{", "{\"context\": {\"supported_obligations\": [\"" + type + "\"]}, ");
    }

    private static String question(String subject, String action, String resource) {
        return """
                {"subject": {"type": "user", "id": "%s"}, "action": {"name": "%s"}, "resource": {"type": "paper", "id": "%s"}}
                """.formatted(subject, action, resource);
    }

    private ValidatableResponse evaluation(String body) {
        return pep.request().body(body).post("/access/v1/evaluation").then();
    }

    /** Asked for Ben, who may read and nothing else. */
    private ValidatableResponse evaluations(String semantic, String... actions) {
        return evaluations(200, semantic, actions);
    }

    private ValidatableResponse evaluations(int status, String semantic, String... actions) {
        return pep.post(
                        "/access/v1/evaluations",
                        Map.of(
                                "subject", Map.of("type", "user", "id", "ben"),
                                "resource", Map.of("type", "paper", "id", "p-1"),
                                "options", Map.of("evaluations_semantic", semantic),
                                "evaluations",
                                        List.of(actions).stream()
                                                .map(action -> Map.of("action", Map.of("name", action)))
                                                .toList()))
                .then()
                .statusCode(status);
    }

    private List<LogEntry> decisions() {
        return fixture.entries("kind=DECIDED&limit=100&agent=" + pep.name());
    }
}
