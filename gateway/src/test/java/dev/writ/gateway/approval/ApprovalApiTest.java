package dev.writ.gateway.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.audit.AuditLog;
import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.Party;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolName;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WritTest
class ApprovalApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ann");

    /** Of this test alone, so that other tests' escalations are not seen. */
    private final String group = "finance-" + UUID.randomUUID().toString().substring(0, 8);

    private final Client jd = fixture.approver("jd", group);
    private final Client mk = fixture.approver("mk", group);

    @Inject
    Approvals approvals;

    @Inject
    AuditLog log;

    @Inject
    Pseudonyms pseudonyms;

    @Inject
    Catalog catalog;

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    private Ask ask(int needed, Party... allowed) {
        return Escalations.ask("large", group, needed, now(), HOUR, allowed);
    }

    private Escalation open(Ask... asks) {
        return open(Escalations.of(agent.name(), pseudonyms.of("ann"), now(), asks));
    }

    private Escalation open(Escalation escalation) {
        log.append(Escalations.opened(escalation, approvals.opening(escalation), definition()))
                .await()
                .atMost(PATIENCE);
        return escalation;
    }

    private Digest definition() {
        return catalog.tool(ToolName.parse("bank.pay"))
                .orElseThrow()
                .definition()
                .digest();
    }

    private static Response approve(Client by, Escalation escalation) {
        return by.post(path(escalation) + "/approve", Map.of("reason", "checked the invoice"));
    }

    private static Response refuse(Client by, Escalation escalation) {
        return by.post(path(escalation) + "/refuse", Map.of("reason", "not on a Friday"));
    }

    private static String path(Escalation escalation) {
        return "/v1/approvals/" + escalation.call();
    }

    private static String state(Client reader, Escalation escalation) {
        return reader.get(path(escalation)).then().statusCode(200).extract().path("state");
    }

    private static List<String> ids(Client reader, String query) {
        return reader.get("/v1/approvals?" + query)
                .then()
                .statusCode(200)
                .extract()
                .path("items.id");
    }

    private static String id(Escalation escalation) {
        return escalation.call().toString();
    }

    private static void tamper(String sql) {
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute(sql);
        }
    }

    private List<LogEntry> answers(Escalation escalation) {
        return fixture.entries("call=" + id(escalation)).stream()
                .filter(entry -> entry.kind().startsWith("APPROVAL_"))
                .toList();
    }

    @Test
    void listsNewestFirstPageByPage() {
        List<String> newestFirst = IntStream.range(0, 5)
                .mapToObj(i -> open(Escalations.of(agent.name(), "-", now().plusMillis(10L * i), ask(1))))
                .map(ApprovalApiTest::id)
                .sorted((one, other) -> other.compareTo(one))
                .toList();

        Response first = jd.get("/v1/approvals?limit=2");
        Response second = jd.get("/v1/approvals?limit=2&cursor=" + first.path("next"));
        Response third = jd.get("/v1/approvals?limit=2&cursor=" + second.path("next"));

        assertThat(Stream.of(first, second, third).flatMap(page -> page.<List<String>>path("items.id").stream()))
                .containsExactlyElementsOf(newestFirst);
        third.then().body("next", nullValue());
    }

    @Test
    void listsWhatIsAskedAndHowFarItIs() {
        Escalation escalation = open(ask(2));
        approve(jd, escalation).then().statusCode(200);

        mk.get("/v1/approvals")
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].state", equalTo("open"))
                .body("items[0].agent", equalTo(agent.name()))
                .body("items[0].tool", equalTo("bank.pay"))
                .body("items[0].requirements[0].rule", equalTo("large"))
                .body("items[0].requirements[0].reason", equalTo("because of large"))
                .body("items[0].requirements[0].group", equalTo(group))
                .body("items[0].requirements[0].approvals", equalTo(2))
                .body("items[0].requirements[0].granted", equalTo(1));
    }

    @Test
    void filtersByStateAgentAndGroup() {
        Escalation waiting = open(ask(1));
        Escalation refused = open(ask(1));
        refuse(jd, refused).then().statusCode(200);
        Client other = fixture.agent();
        Escalation ofOther = open(Escalations.of(other.name(), "-", now(), ask(1)));

        assertThat(ids(jd, "state=open")).containsExactlyInAnyOrder(id(waiting), id(ofOther));
        assertThat(ids(jd, "agent=" + agent.name())).containsExactly(id(waiting));
        assertThat(ids(jd, "state=refused")).containsExactly(id(refused));
        assertThat(ids(jd, "state=refused&agent=" + other.name())).isEmpty();
        assertThat(ids(fixture.auditor, "group=" + group)).containsExactlyInAnyOrder(id(waiting), id(ofOther));
        assertThat(ids(fixture.operator, "agent=" + agent.name())).containsExactly(id(waiting));
        assertThat(ids(fixture.auditor, "group=nobody")).isEmpty();
    }

    @Test
    void approversSeeWhatTheirGroupsAreAskedOnly() {
        Escalation escalation = open(ask(1));
        Client stranger = fixture.approver("stranger", "another-" + group);

        assertThat(ids(stranger, "state=open")).isEmpty();
        assertThat(ids(stranger, "group=" + group)).isEmpty();
        stranger.get(path(escalation)).then().statusCode(404);
        approve(stranger, escalation).then().statusCode(403).body("detail", containsString("groups"));
        refuse(stranger, escalation).then().statusCode(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "cursor=x", "cursor=%00", "state=done", "agent=%00", "group=a%00"})
    void refusesAQueryItCannotUse(String query) {
        jd.request()
                .urlEncodingEnabled(false)
                .get("/v1/approvals?" + query)
                .then()
                .statusCode(400)
                .contentType("application/problem+json");
    }

    @Test
    void isNotForAgentsNorForThoseWhoOnlyRead() {
        Escalation escalation = open(ask(1));

        agent.get("/v1/approvals").then().statusCode(403);
        agent.get(path(escalation)).then().statusCode(403);
        for (Client reader : List.of(agent, fixture.auditor, fixture.operator, fixture.admin)) {
            approve(reader, escalation).then().statusCode(403);
            refuse(reader, escalation).then().statusCode(403);
        }
    }

    @Test
    void showsEverythingThatIsToBeApproved() {
        Escalation escalation = open(ask(1));

        jd.get(path(escalation))
                .then()
                .statusCode(200)
                .body("view.amount", equalTo(480))
                .body(
                        "viewDigest",
                        equalTo(approvals
                                .opening(escalation)
                                .body()
                                .text("viewMac")
                                .orElseThrow()))
                .body("grants", empty())
                .body("ended", nullValue());
    }

    @Test
    void showsWhoApprovedAndWhy() {
        Escalation escalation = open(ask(1));
        String digest = jd.get(path(escalation)).path("viewDigest");
        jd.post(path(escalation) + "/approve", Map.of("reason", "checked the invoice", "view", digest))
                .then()
                .statusCode(200)
                .body("state", equalTo("approved"))
                .body("requirements[0].granted", equalTo(1));

        fixture.auditor
                .get(path(escalation))
                .then()
                .body("state", equalTo("approved"))
                .body("grants[0].approver", equalTo(jd.name()))
                .body("grants[0].groups", contains(group))
                .body("grants[0].reason", equalTo("checked the invoice"))
                .body("grants[0].confirmed", equalTo(true))
                .body("ended.by", equalTo(jd.name()));
        LogEntry grant = answers(escalation).get(0);
        assertThat(grant.column("agent")).isEqualTo(agent.name());
        assertThat(grant.text("actor")).isEqualTo(jd.name());
        assertThat(grant.text("view")).isEqualTo(digest);
    }

    @Test
    void aRefusalEndsItWithItsReason() {
        Escalation escalation = open(ask(2));

        refuse(jd, escalation).then().statusCode(200).body("state", equalTo("refused"));

        mk.get(path(escalation))
                .then()
                .body("ended.by", equalTo(jd.name()))
                .body("ended.reason", equalTo("not on a Friday"));
        approve(mk, escalation).then().statusCode(409).body("detail", containsString("refused"));
    }

    @Test
    void keepsReasonsOutOfEveryRowThatCannotBeErased() {
        Escalation escalation = open(ask(2));
        jd.post(path(escalation) + "/approve", Map.of("reason", "marker-91ab of Ana"))
                .then()
                .statusCode(200);
        mk.post(path(escalation) + "/refuse", Map.of("reason", "marker-91ab of Ana"))
                .then()
                .statusCode(200);

        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith("marker-91ab")).isEmpty();
        }
    }

    @Test
    void wakesTheCallOnceWhenTheLastApprovalIsThere() {
        Escalation escalation = open(ask(2));
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("CREATE TABLE public.woken (name text, instance text)");
            superuser.execute("CREATE FUNCTION public.wake() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
                    + " 'BEGIN INSERT INTO public.woken VALUES (NEW.task_name, NEW.task_instance); RETURN NEW; END'");
            superuser.execute("CREATE TRIGGER wake AFTER INSERT ON writ.scheduled_task"
                    + " FOR EACH ROW EXECUTE FUNCTION public.wake()");
            String woken = "SELECT name FROM public.woken WHERE instance = '" + id(escalation) + "'";

            approve(jd, escalation).then().statusCode(200).body("state", equalTo("open"));
            List<String> afterOne = superuser.query(woken);
            approve(mk, escalation).then().statusCode(200).body("state", equalTo("approved"));
            approve(mk, escalation).then().statusCode(409);
            List<String> afterAll = superuser.query(woken);

            superuser.execute("DROP TRIGGER wake ON writ.scheduled_task");
            superuser.execute("DROP FUNCTION public.wake()");
            superuser.execute("DROP TABLE public.woken");
            assertThat(afterOne).isEmpty();
            assertThat(afterAll).containsExactly(Approvals.RESUME);
        }
    }

    @Test
    void ofTwoWhoRaceOneCompletesItAndTheOtherIsToldSo() {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (int round = 0; round < 10; round++) {
            Escalation escalation = open(ask(1));
            List<Client> order = round % 2 == 0 ? List.of(jd, mk) : List.of(mk, jd);

            List<Integer> statuses = order.stream()
                    .map(by -> CompletableFuture.supplyAsync(() -> approve(by, escalation), threads))
                    .toList()
                    .stream()
                    .map(answer -> answer.join().statusCode())
                    .toList();

            assertThat(statuses).containsExactlyInAnyOrder(200, 409);
            assertThat(answers(escalation)).hasSize(1);
        }
        threads.shutdown();
    }

    @Test
    void anApprovalAndARefusalThatRaceEndItOnce() {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (int round = 0; round < 5; round++) {
            Escalation escalation = open(ask(1));

            CompletableFuture<Response> yes = CompletableFuture.supplyAsync(() -> approve(jd, escalation), threads);
            CompletableFuture<Response> no = CompletableFuture.supplyAsync(() -> refuse(mk, escalation), threads);

            assertThat(List.of(yes.join().statusCode(), no.join().statusCode())).containsExactlyInAnyOrder(200, 409);
            assertThat(answers(escalation)).hasSize(1);
        }
        threads.shutdown();
    }

    @Test
    void anApprovalThatIsSentAgainCountsOnce() {
        Escalation escalation = open(ask(2));
        approve(jd, escalation).then().statusCode(200);

        approve(jd, escalation).then().statusCode(409).body("detail", containsString("approved it already"));

        assertThat(state(jd, escalation)).isEqualTo("open");
        assertThat(answers(escalation)).hasSize(1);
    }

    @Test
    void anotherKeyIsNotAnotherPerson() {
        Escalation escalation = open(ask(2));
        approve(jd, escalation).then().statusCode(200);
        Client again = fixture.approver(jd.name(), group);

        approve(again, escalation).then().statusCode(409);
    }

    @Test
    void whoHasAStakeDoesNotDecide() {
        Escalation escalation = open(ask(1));
        Client ann = fixture.admin.issue(
                "a", Map.of("roles", List.of("approver"), "groups", List.of(group), "person", "ann"));
        Client requester = fixture.approver(agent.name(), group);
        Client owner = fixture.approver("tests", group);

        approve(ann, escalation).then().statusCode(403).body("detail", containsString("person"));
        approve(requester, escalation).then().statusCode(403).body("detail", containsString("requester"));
        approve(owner, escalation).then().statusCode(403).body("detail", containsString("owner"));
        assertThat(answers(escalation)).isEmpty();
        approve(ann, open(ask(1, Party.PERSON))).then().statusCode(200);
    }

    @Test
    void nobodyAnswersAfterItsTimeAndItEndsThen() {
        Instant before = now().minus(HOUR);
        Escalation escalation =
                open(Escalations.of(agent.name(), "-", before, Escalations.ask("large", group, 1, before, HOUR)));

        approve(jd, escalation).then().statusCode(409);
        refuse(jd, escalation).then().statusCode(409);

        await().atMost(PATIENCE).until(() -> state(jd, escalation).equals("expired"));
        assertThat(ids(jd, "state=expired")).containsExactly(id(escalation));
        assertThat(answers(escalation)).extracting(LogEntry::kind).containsExactly("APPROVAL_EXPIRED");
    }

    @Test
    void nobodyAnswersWhatWasWithdrawn() {
        Escalation escalation = open(ask(1));
        withdraw(escalation);

        approve(jd, escalation).then().statusCode(409).body("detail", containsString("withdrawn"));
        assertThat(ids(jd, "state=withdrawn")).containsExactly(id(escalation));
    }

    private void withdraw(Escalation escalation) {
        approvals
                .withdraw(
                        escalation.call(),
                        new Principal(
                                agent.name(),
                                Optional.empty(),
                                agent.keyId(),
                                List.of(),
                                Set.of(Role.AGENT),
                                "api-key"))
                .await()
                .atMost(PATIENCE);
    }

    @Test
    void aKeyThatWasRevokedDecidesNothing() {
        Escalation escalation = open(ask(1));
        fixture.admin.request().delete("/v1/keys/" + jd.keyId()).then().statusCode(204);

        approve(jd, escalation).then().statusCode(401);

        assertThat(state(mk, escalation)).isEqualTo("open");
    }

    @Test
    void whoSaysToHaveSeenSomethingElseApprovesNothing() {
        Escalation escalation = open(ask(1));
        String ofAnother = jd.get(path(open(Escalations.of(agent.name(), "-", now(), ask(1)))))
                .path("viewDigest");

        jd.post(path(escalation) + "/approve", Map.of("reason", "fine", "view", ofAnother + "x"))
                .then()
                .statusCode(409)
                .body("detail", containsString("'view'"));
        assertThat(answers(escalation)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"approve", "refuse"})
    void aDecisionHasAReason(String decision) {
        Escalation escalation = open(ask(1));
        Map<String, String> none = new HashMap<>();
        for (Map<String, String> body :
                List.of(none, Map.of("reason", ""), Map.of("reason", " \n"), Map.of("reason", "x".repeat(1_001)))) {
            jd.post(path(escalation) + "/" + decision, body)
                    .then()
                    .statusCode(400)
                    .body("detail", containsString("'reason'"));
        }
        jd.post(path(escalation) + "/" + decision, Map.of("reason", "x".repeat(1_000)))
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "0190a1b2-0000-7000-8000-000000000000"})
    void thereIsNothingToApproveWhereNothingWaited(String id) {
        jd.get("/v1/approvals/" + id).then().statusCode(404);
        jd.post("/v1/approvals/" + id + "/approve", Map.of("reason", "fine"))
                .then()
                .statusCode(404);
        jd.post("/v1/approvals/" + id + "/refuse", Map.of("reason", "fine"))
                .then()
                .statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state = 'approved'",
                "agent = 'root'",
                "tool = 'bank.balance'",
                "groups = groups || '{another}'",
                "expires_at = expires_at + interval '1 day'",
                "entry_index = entry_index - 1",
                "entry_hash = sha256('mine')"
            })
    void aRowThatWasEditedIsNotShownAndChangesNothing(String edit) {
        Escalation escalation = open(ask(1));
        tamper("UPDATE writ.approval SET " + edit + " WHERE call = '" + id(escalation) + "'");

        assertThat(ids(jd, "state=open")).isEmpty();
        assertThat(ids(jd, "state=approved")).isEmpty();
        assertThat(openLike(Escalations.again(escalation))).isEmpty();
        assertThat(state(jd, escalation)).isEqualTo("open");
        assertThat(jd.get(path(escalation)).<String>path("agent")).isEqualTo(agent.name());
    }

    @Test
    void whatHasEndedIsNotOpenAgainWithItsOldRow() {
        Escalation escalation = open(ask(1));
        String row = " FROM writ.approval WHERE call = '" + id(escalation) + "'";
        tamper("CREATE TABLE public.before AS SELECT *" + row);
        refuse(jd, escalation).then().statusCode(200);
        tamper("DELETE" + row);
        tamper("INSERT INTO writ.approval SELECT * FROM public.before");
        tamper("DROP TABLE public.before");

        assertThat(ids(jd, "state=open")).isEmpty();
        approve(mk, escalation).then().statusCode(409);
    }

    @Test
    void theSameCallIsFoundWhileItWaits() {
        Escalation escalation = open(ask(1));

        assertThat(openLike(Escalations.again(escalation))).contains(escalation.call());
        assertThat(openLike(Escalations.of(agent.name(), pseudonyms.of("ann"), now(), ask(1))))
                .isEmpty();
        refuse(jd, escalation).then().statusCode(200);
        assertThat(openLike(Escalations.again(escalation))).isEmpty();
    }

    private Optional<CallId> openLike(Escalation escalation) {
        return approvals.openLike(escalation).await().atMost(PATIENCE);
    }

    @Test
    void countsWhatBecameOfThem() {
        approve(jd, open(ask(1))).then().statusCode(200);

        assertThat(fixture.operator.get("/q/metrics").asString()).contains("writ_approvals_total{state=\"approved\"}");
    }
}
