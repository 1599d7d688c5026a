package dev.writ.gateway.authzen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.problem.ProblemType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Enforcement points that have people asked about what was denied. */
@WritTest
class AccessRequestTest {

    private static final String DOCUMENT = """
            {"tools": [{"name": "paper.share", "inputSchema": {"type": "object", "properties": {
               "resource": {"type": "object", "properties": {"id": {"type": "string"}}}}}}]}
            """;

    private static final String RULES = """
            rule "sharing %s"
            when
                ToolCall( tool == "%s.paper.share", text("resource.id") != "p-0", text("resource.id") != "p-9" )
            then
                escalate("sharing needs the legal team").to("legal").within("1h");
            end

            rule "nobody shares p-0 %s"
            when
                ToolCall( tool == "%s.paper.share", text("resource.id") == "p-0" )
            then
                deny("this one is closed");
            end

            rule "remembered %s"
            when
                ToolCall( tool == "%s.paper.share", text("resource.id") == "p-9" )
            then
                escalate("sharing needs the legal team").to("legal").within("1h").label("shared");
            end
            """;

    private static final String ERROR = "urn:openid:authzen:access-request:error:";

    private final Fixture fixture = Bank.shared().fixture();
    private final Client approver = fixture.approver("leg-" + UUID.randomUUID(), "legal");
    private External papers;
    private Client pep;

    @BeforeEach
    void open() {
        papers = External.open(fixture, DOCUMENT, RULES);
        pep = papers.pep();
    }

    @AfterEach
    void close() {
        papers.close();
    }

    private static Map<String, Object> question(String paper) {
        return Map.of(
                "subject",
                Map.of("type", "user", "id", "ada", "properties", Map.of("team", "blue")),
                "action",
                Map.of("name", "share"),
                "resource",
                Map.of("type", "paper", "id", paper),
                "context",
                Map.of("channel", "mail"));
    }

    private static Map<String, Object> with(Map<String, ?> object, String member, Object value) {
        Map<String, Object> all = new HashMap<>(object);
        all.put(member, value);
        return all;
    }

    private Response evaluate(Map<String, ?> question) {
        return pep.post("/access/v1/evaluation", question);
    }

    private ValidatableResponse evaluate(String paper, String approval) {
        return evaluate(referring(question(paper), approval)).then().statusCode(200);
    }

    private static Map<String, Object> referring(Map<String, Object> question, String approval) {
        return with(question, "context", Map.of("channel", "mail", "approval", Map.of("id", approval)));
    }

    /** The question, with what binds it to its denial. */
    private Map<String, Object> request(Map<String, Object> question) {
        Response denied = evaluate(question);
        denied.then().statusCode(200).body("decision", equalTo(false));
        return with(
                question,
                "denial",
                Map.of(
                        "evaluation_id", denied.path("context.evaluation_id"),
                        "expires_at", denied.path("context.access_request.expires_at")));
    }

    private Response submit(Map<String, ?> request) {
        return pep.post("/access/v1/requests", request);
    }

    private String pending(String paper) {
        return submit(request(question(paper)))
                .then()
                .statusCode(202)
                .body("task.status", equalTo("pending"))
                .extract()
                .path("task.id");
    }

    private String approved(String paper) {
        String task = pending(paper);
        approver.approve(task).then().statusCode(200);
        return task;
    }

    private ValidatableResponse status(String task) {
        return pep.get("/access/v1/requests/" + task).then().statusCode(200);
    }

    private static void refused(Response answer, int status, String error) {
        answer.then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo(ERROR + error))
                // That of Writ's own type of the same status would say something else.
                .body("title", not(equalTo(ProblemType.ofStatus(status).title())));
    }

    @Test
    void aDenialSaysWhetherPeopleCanBeAsked() {
        evaluate(question("p-1"))
                .then()
                .body("decision", equalTo(false))
                .body("context.evaluation_id", notNullValue())
                .body("context.reason", equalTo("approval_required"))
                .body("context.access_request.expires_at", notNullValue());
        evaluate(question("p-0")).then().body("decision", equalTo(false)).body("context.access_request", nullValue());
        // What nobody would meet afterwards is nothing that people should be asked about.
        evaluate(question("p-9")).then().body("decision", equalTo(false)).body("context.access_request", nullValue());
    }

    @Test
    void whatPeopleApproveIsDecidedAgainAndAllowedOnce() {
        Response submitted = submit(request(question("p-1")));
        String task = submitted.path("task.id");
        submitted
                .then()
                .statusCode(202)
                .header("Location", endsWith("/access/v1/requests/" + task))
                .body("task.status_endpoint", equalTo(pep.baseUrl() + "/access/v1/requests/" + task))
                .body("result", nullValue());
        status(task).body("task.status", equalTo("pending"));
        approver.approve(task).then().statusCode(200);

        status(task)
                .body("task.status", equalTo("approved"))
                .body("result.mode", equalTo("reevaluate"))
                .body("result.approval.id", equalTo(task))
                .body("result.approval.approved_until", notNullValue());
        evaluate("p-1", task).body("decision", equalTo(true)).body("context.approval.id", equalTo(task));

        evaluate("p-1", task)
                .body("decision", equalTo(false))
                .body("context.reason", equalTo("approval_expired"))
                .body("context.next_action", equalTo("request"))
                .body("context.access_request.expires_at", notNullValue());
        status(task).body("task.status", equalTo("approved"));
    }

    @Test
    void ofTwoThatComeAtOnceOneIsAllowed() {
        String task = approved("p-1");

        List<CompletableFuture<Boolean>> both = Stream.of(1, 2)
                .map(number -> CompletableFuture.supplyAsync(
                        () -> evaluate(referring(question("p-1"), task)).<Boolean>path("decision")))
                .toList();

        assertThat(both.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void anAnswerThatWasLostIsHadAgainByItsKey() {
        String task = approved("p-1");
        Map<String, Object> question = referring(question("p-1"), task);

        for (int time = 0; time < 2; time++) {
            pep.request()
                    .header("Idempotency-Key", "lost-" + task)
                    .body(question)
                    .post("/access/v1/evaluation")
                    .then()
                    .body("decision", equalTo(true));
        }
        evaluate("p-1", task).body("decision", equalTo(false));
    }

    @Test
    void isAskedForNothingButWhatWasDenied() {
        Map<String, Object> request = request(question("p-1"));

        Stream.of(
                        with(request, "subject", Map.of("type", "user", "id", "ben")),
                        with(request, "subject", Map.of("type", "user", "id", "ada")),
                        with(request, "resource", Map.of("type", "paper", "id", "p-2")),
                        with(request, "context", Map.of("channel", "web")),
                        with(request, "context", Map.of()),
                        with(request, "denial", Map.of("evaluation_id", UUID.randomUUID(), "expires_at", "x")),
                        with(request, "denial", Map.of("expires_at", "2100-01-01T00:00:00Z")))
                .forEach(other -> refused(submit(other), 400, "invalid_denial_binding"));
        refused(fixture.agent().post("/access/v1/requests", request), 400, "invalid_denial_binding");
    }

    @Test
    void whatRulesDenyIsNotAskedFor() {
        Response denied = evaluate(question("p-0"));

        refused(
                submit(with(
                        question("p-0"),
                        "denial",
                        Map.of("evaluation_id", denied.path("context.id"), "expires_at", "2100-01-01T00:00:00Z"))),
                400,
                "not_requestable");
    }

    @Test
    void anApprovalIsOfNoUseForAnythingElse() {
        String task = approved("p-1");

        evaluate("p-2", task)
                .body("decision", equalTo(false))
                .body("context.reason", equalTo("out_of_scope"))
                .body("context.next_action", equalTo("request"));
        evaluate("p-0", task).body("context.next_action", equalTo("none"));
        evaluate("p-1", UUID.randomUUID().toString()).body("context.reason", equalTo("approval_unverifiable"));
        fixture.agent()
                .post("/access/v1/evaluation", referring(question("p-1"), task))
                .then()
                .body("decision", equalTo(false))
                .body("context.reason", equalTo("approval_unverifiable"));
        evaluate("p-1", task).body("decision", equalTo(true));
    }

    @Test
    void beforePeopleAnswerItIsADenial() {
        String task = pending("p-1");

        evaluate("p-1", task)
                .body("decision", equalTo(false))
                .body("context.next_action", equalTo("retry"))
                .body("context.retry_after", equalTo(30));
    }

    @Test
    void whatPeopleRefuseIsDeniedAndCanBeAskedForAnew() {
        String task = pending("p-1");
        approver.refuse(task, "no").then().statusCode(200);

        status(task).body("task.status", equalTo("denied")).body("result", nullValue());
        evaluate("p-1", task).body("decision", equalTo(false)).body("context.next_action", equalTo("request"));
        assertThat(pending("p-1")).isNotEqualTo(task);
    }

    @Test
    void thePolicyOfThenDecides() {
        String task = approved("p-1");
        fixture.activate(papers.name(), RULES.replace("%s", papers.name()).replace("p-0", "p-1"));
        try {
            evaluate("p-1", task)
                    .body("decision", equalTo(false))
                    .body("context.reason", equalTo("policy_denied"))
                    .body("context.next_action", equalTo("none"))
                    .body("context.access_request", nullValue());
        } finally {
            fixture.reviewer
                    .post("/v1/policies/" + papers.bundle() + "/activate", Map.of())
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void theSameRequestIsTheSameTask() {
        Map<String, Object> request = request(question("p-1"));
        Map<String, Object> other = request(question("p-2"));
        String key = UUID.randomUUID().toString();

        String task = keyed(key, request).then().statusCode(202).extract().path("task.id");
        keyed(key, request).then().statusCode(202).body("task.id", equalTo(task));
        submit(request).then().statusCode(202).body("task.id", equalTo(task));
        refused(keyed(key, other), 409, "duplicate_request");
        approver.approve(task).then().statusCode(200);
        keyed(key, request)
                .then()
                .statusCode(201)
                .body("task.id", equalTo(task))
                .body("result.approval.id", equalTo(task));
    }

    private Response keyed(String key, Map<String, ?> request) {
        return pep.request().header("Idempotency-Key", key).body(request).post("/access/v1/requests");
    }

    @Test
    void isCancelledWhileItIsPendingByWhoeverAskedForIt() {
        String task = pending("p-1");
        String cancel = "/access/v1/requests/" + task + "/cancel";
        status(task).body("task.links.cancel", equalTo(pep.baseUrl() + cancel));
        refused(fixture.agent().post(cancel, Map.of()), 404, "unknown_task");
        refused(fixture.agent().get("/access/v1/requests/" + task), 404, "unknown_task");
        refused(pep.get("/access/v1/requests/none"), 404, "unknown_task");

        pep.post(cancel, Map.of()).then().statusCode(200).body("task.status", equalTo("cancelled"));

        refused(pep.post(cancel, Map.of()), 409, "invalid_task_state");
        refused(pep.post("/access/v1/requests/" + approved("p-2") + "/cancel", Map.of()), 409, "invalid_task_state");
    }

    @Test
    void approversReadWhyItIsAskedFor() {
        Map<String, Object> request = with(
                request(question("p-1")),
                "context",
                Map.of("channel", "mail", "business_justification", "for the renewal"));

        String task = submit(request).then().statusCode(202).extract().path("task.id");

        approver.get("/v1/approvals/" + task)
                .then()
                .body("view.purpose", equalTo("for the renewal"))
                .body("view.arguments.context", equalTo(Map.of("channel", "mail")));
    }

    @Test
    void anActorMayBeNamedBesideTheSubject() {
        Map<String, Object> acting = with(
                question("p-1"),
                "subject",
                Map.of("type", "user", "id", "ada", "properties", Map.of("act", Map.of("sub", "bot"))));
        Map<String, Object> request = with(request(acting), "subject", Map.of("type", "user", "id", "ada"));

        String task = submit(request).then().statusCode(202).extract().path("task.id");
        approver.approve(task).then().statusCode(200);

        evaluate(referring(acting, task)).then().body("decision", equalTo(true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"items\": []}",
                "{\"callback\": {\"endpoint\": \"https://pep.example/\"}}",
                "{\"client\": {\"actor\": {\"id\": \"somebody\"}}}"
            })
    void whatIsNotOfferedIsRefused(String more) {
        Map<String, Object> request = request(question("p-1"));
        request.putAll(io.restassured.path.json.JsonPath.from(more).getMap(""));

        submit(request)
                .then()
                .statusCode(more.contains("actor") ? 403 : 400)
                .contentType("application/problem+json")
                .body("detail", not(containsString("somebody")));
    }
}
