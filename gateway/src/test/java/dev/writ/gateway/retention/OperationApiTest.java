package dev.writ.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.audit.Entry;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Receipt;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.audit.postgres.HeldException;
import dev.writ.audit.postgres.PostgresVerifier;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.task.Next;
import dev.writ.model.Principal;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WritTest
class OperationApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MARKER = "marker-7c21";

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final String person = "ann-" + UUID.randomUUID() + "@example.com";
    private final Client agent = fixture.agent(person, "ben");
    private final Client root = fixture.admin;
    private final Client adam = fixture.admin.issue("adam", List.of("admin"), List.of());

    @Inject
    FourEyes operations;

    @Inject
    CarryOut carryOut;

    @Inject
    Deletions deletions;

    @Inject
    Journal journal;

    @Inject
    AuditSchema.Access access;

    @Inject
    LogSigner signer;

    @Inject
    MasterKey master;

    private Response propose(Client by, Map<String, Object> what) {
        Map<String, Object> proposal = new HashMap<>(what);
        proposal.putIfAbsent("reason", "asked for");
        return by.post("/v1/audit/operations", proposal);
    }

    private String proposed(Client by, Map<String, Object> what) {
        return propose(by, what).then().statusCode(202).extract().path("id");
    }

    private Response confirm(Client by, String id) {
        return by.request().post("/v1/audit/operations/" + id + "/confirm");
    }

    private Response reject(Client by, String id) {
        return by.post("/v1/audit/operations/" + id + "/reject", Map.of("reason", "not to be"));
    }

    private void erased(Map<String, Object> whom) {
        String id = proposed(
                root,
                Stream.concat(Stream.of(Map.entry("operation", "erase")), whom.entrySet().stream())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        confirm(adam, id).then().statusCode(200);
        awaitDone(id);
    }

    private void awaitDone(String id) {
        await().atMost(PATIENCE)
                .until(() ->
                        root.get("/v1/audit/operations/" + id).path("state").equals("done"));
    }

    private Response pay(int amount, String note) {
        return agent.call(
                "bank.pay", Map.of("to", "acme", "amount", amount, "note", note), Map.of("onBehalfOf", person));
    }

    private String subject() {
        return fixture.entries("kind=DECIDED&onBehalfOf=" + person).get(0).column("subject");
    }

    private List<String> inputs(String subject) {
        try (Superuser superuser = Superuser.connect()) {
            return superuser.query("SELECT name FROM audit.input WHERE subject_key = 'person/" + subject + "'");
        }
    }

    @Test
    void aProposalSaysWhereItIsAndWhatItWillDo() {
        pay(10, "x").then().statusCode(200);

        Response proposed = propose(root, Map.of("operation", "erase", "onBehalfOf", person));

        proposed.then()
                .statusCode(202)
                .body("state", equalTo("proposed"))
                .body("operation", equalTo("erase"))
                .body("subject", equalTo("person/" + subject()))
                .body("reason", equalTo("asked for"))
                .body("proposed.by", equalTo("root"));
        String id = proposed.path("id");
        assertThat(proposed.header("Location")).endsWith("/v1/audit/operations/" + id);
        root.get("/v1/audit/operations?state=proposed&limit=1000")
                .then()
                .statusCode(200)
                .body("items.id", hasItem(id));
        reject(root, id).then().statusCode(200).body("state", equalTo("rejected"));
        confirm(adam, id).then().statusCode(409);
    }

    @Test
    void theSamePrincipalWithAnotherKeyIsRefused() {
        pay(10, "x").then().statusCode(200);
        String id = proposed(root, Map.of("operation", "erase", "onBehalfOf", person));
        Client sameName = root.issue("root", List.of("admin"), List.of());

        confirm(root, id).then().statusCode(403).body("detail", containsString("You proposed it yourself"));
        confirm(sameName, id).then().statusCode(403).body("detail", containsString("You proposed it yourself"));
        assertThat(inputs(subject())).isNotEmpty();
    }

    @Test
    void theSamePersonUnderAnotherNameIsRefused() {
        pay(10, "x").then().statusCode(200);
        Client one = root.issue("pat-1", Map.of("roles", List.of("admin"), "person", "pat"));
        Client two = root.issue("pat-2", Map.of("roles", List.of("admin"), "person", "pat"));
        String id = proposed(one, Map.of("operation", "erase", "onBehalfOf", person));

        confirm(two, id).then().statusCode(403).body("detail", containsString("the person who proposed it"));
    }

    @Test
    void ofManyConfirmationsOneCounts() {
        pay(10, "x").then().statusCode(200);
        String id = proposed(root, Map.of("operation", "erase", "onBehalfOf", person));

        List<CompletableFuture<Integer>> answers = Stream.generate(() ->
                        CompletableFuture.supplyAsync(() -> confirm(adam, id).statusCode()))
                .limit(8)
                .toList();

        assertThat(answers.stream().map(CompletableFuture::join).toList())
                .containsOnlyOnce(200)
                .allMatch(status -> status == 200 || status == 409);
        assertThat(fixture.entries("kind=ERASURE&onBehalfOf=" + person)).hasSize(1);
        awaitDone(id);
    }

    @Test
    void anErasedPersonIsForgottenAndEveryProofHolds() {
        String key = UUID.randomUUID().toString();
        String call = agent.call(
                        "bank.pay",
                        Map.of("to", MARKER, "amount", 10),
                        Map.of("onBehalfOf", person, "key", key, "purpose", MARKER))
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        String subject = subject();
        int decided = fixture.entries("kind=DECIDED&call=" + call).get(0).index();
        assertThat(inputs(subject)).contains("facts", "result");

        erased(Map.of("onBehalfOf", person));

        assertThat(inputs(subject)).isEmpty();
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.query("SELECT id FROM audit.subject_key WHERE id = 'person/" + subject
                            + "' AND wrapped_key IS NULL AND destroyed_at IS NOT NULL"))
                    .hasSize(1);
            assertThat(superuser.tablesWith(MARKER, person)).isEmpty();
        }
        assertThat(bank.logLines()).doesNotContain(person);
        agent.get("/v1/tool-calls/" + call)
                .then()
                .statusCode(200)
                .body("status", equalTo("succeeded"))
                .body("result", nullValue())
                .body("note", containsString("not kept any more"));
        fixture.auditor
                .get("/v1/audit/entries/" + decided + "/proof")
                .then()
                .statusCode(200)
                .body(containsString("c2sp.org/tlog-proof@v1"));
        assertThat(PostgresVerifier.verify(access.reader(), signer.keys(), Optional.of(master))
                        .<String>fold(intact -> "intact", broken -> broken.what()))
                .isEqualTo("intact");
    }

    @Test
    void nothingMoreIsRecordedOfAnErasedPersonAndTheCallerIsToldWhy() {
        Client application = root.issue(agent.name(), List.of("application"), List.of(person));
        pay(10, "x").then().statusCode(200);
        erased(Map.of("onBehalfOf", person));
        int before = bank.requestsOf(agent);

        pay(10, "x")
                .then()
                .statusCode(403)
                .body("type", equalTo("urn:writ:problem:erased"))
                .body("detail", containsString("use another identifier"));
        application
                .post("/v1/sessions", Map.of("task", "more", "onBehalfOf", person))
                .then()
                .statusCode(403)
                .body("type", equalTo("urn:writ:problem:erased"));

        assertThat(bank.requestsOf(agent)).isEqualTo(before);
        agent.call("bank.pay", Map.of("to", "acme", "amount", 10), Map.of("onBehalfOf", "ben"))
                .then()
                .statusCode(200);
        propose(root, Map.of("operation", "erase", "onBehalfOf", person)).then().statusCode(409);
    }

    @Test
    void aCallInFlightEndsAndWhatItBroughtIsNotRecorded() {
        String note = "held-" + UUID.randomUUID();
        CountDownLatch answering = bank.upstream().hold(note);
        CompletableFuture<Response> inFlight = CompletableFuture.supplyAsync(() -> pay(10, note));
        await().atMost(PATIENCE).until(() -> bank.requestsOf(agent) == 1);
        String id = proposed(root, Map.of("operation", "erase", "onBehalfOf", person));
        confirm(adam, id).then().statusCode(200);
        answering.countDown();

        Response ended = inFlight.join();
        awaitDone(id);

        ended.then().statusCode(200).body("status", equalTo("succeeded")).body("result", nullValue());
        List<LogEntry> entries = fixture.entries("call=" + ended.path("id"));
        assertThat(entries).extracting(LogEntry::kind).containsExactly("EXECUTED", "DECIDED");
        assertThat(inputs(entries.get(0).column("subject"))).isEmpty();
    }

    @Test
    void openApprovalsOfAnErasedPersonAreWithdrawn() {
        Client fay = fixture.approver("fay", "finance");
        String call = pay(150, "x").then().statusCode(202).extract().path("id");

        erased(Map.of("onBehalfOf", person));

        agent.get("/v1/tool-calls/" + call).then().statusCode(200).body("status", equalTo("withdrawn"));
        fay.approve(call).then().statusCode(409);
        LogEntry withdrawn =
                fixture.entries("kind=APPROVAL_WITHDRAWN&call=" + call).get(0);
        assertThat(withdrawn.text("actor")).isEqualTo("writ");
    }

    @Test
    void anErasedAgentKeepsItsNameAndNothingElse() {
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(200);
        root.request()
                .body(Map.of("url", "https://example.com/" + MARKER))
                .put("/v1/agents/" + agent.name() + "/webhook");

        erased(Map.of("agent", agent.name()));

        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.query(
                            "SELECT owner || description FROM writ.agent WHERE name = '" + agent.name() + "'"))
                    .containsExactly("");
            assertThat(superuser.query("SELECT url FROM writ.webhook WHERE agent = '" + agent.name() + "'"))
                    .allMatch(String::isEmpty);
        }
        agent.call("bank.balance", Map.of("id", "1"))
                .then()
                .statusCode(403)
                .body("type", equalTo("urn:writ:problem:erased"));
        pay(10, "x").then().statusCode(200);
    }

    @Test
    void aHoldStopsAnErasureUntilItIsRejected() {
        pay(10, "x").then().statusCode(200);
        String erasure = proposed(root, Map.of("operation", "erase", "onBehalfOf", person));
        String hold = proposed(fixture.auditor, Map.of("operation", "hold", "onBehalfOf", person));

        confirm(adam, erasure).then().statusCode(409).body("detail", containsString(hold));
        root.get("/v1/audit/operations/" + erasure)
                .then()
                .body("state", equalTo("proposed"))
                .body("heldBy", contains(hold));
        assertThat(inputs(subject())).isNotEmpty();

        reject(fixture.auditor, hold).then().statusCode(200);
        confirm(adam, erasure).then().statusCode(200);
        awaitDone(erasure);
        root.get("/v1/audit/operations/" + erasure).then().body("deleted", greaterThan(0));
    }

    @Test
    void aHoldThatComesAfterTheConfirmationStopsTheErasureAllTheSame() {
        pay(10, "x").then().statusCode(200);
        String erasure = proposed(root, Map.of("operation", "erase", "onBehalfOf", person));
        String hold = proposed(fixture.auditor, Map.of("operation", "hold", "onBehalfOf", person));
        // As if it had been confirmed before.
        long index = recorded(
                OperationEntries.confirmed(operations.existing(erasure), somebody(), Optional.empty(), journal.now()));

        assertThat(carryOut.run(Long.toString(index)).await().atMost(PATIENCE)).isInstanceOf(Next.Again.class);
        root.get("/v1/audit/operations/" + erasure)
                .then()
                .body("state", equalTo("confirmed"))
                .body("heldBy", contains(hold));
        assertThat(inputs(subject())).isNotEmpty();

        reject(fixture.auditor, hold).then().statusCode(200);
        assertThat(carryOut.run(Long.toString(index)).await().atMost(PATIENCE)).isInstanceOf(Next.Done.class);
        assertThat(inputs(subject())).isEmpty();
    }

    @Test
    void theDatabaseItselfErasesNothingUnderAHold() {
        pay(10, "x").then().statusCode(200);
        String erasure = proposed(root, Map.of("operation", "erase", "onBehalfOf", person));
        proposed(fixture.auditor, Map.of("operation", "hold", "onBehalfOf", person));
        long index = recorded(
                OperationEntries.confirmed(operations.existing(erasure), somebody(), Optional.empty(), journal.now()));

        assertThatThrownBy(() -> deletions.erase(index).await().atMost(PATIENCE))
                .isInstanceOf(HeldException.class);
        assertThat(inputs(subject())).isNotEmpty();
    }

    @Test
    void anExpiredResultIsGoneAndTheCallSaysSo() {
        String call = pay(10, "x").then().statusCode(200).extract().path("id");
        long index = fixture.entries("kind=EXECUTED&call=" + call).get(0).index();

        long expired = recorded(OperationEntries.resultsExpired(index + 1, journal.now()));
        carryOut.run(Long.toString(expired)).await().atMost(PATIENCE);

        agent.get("/v1/tool-calls/" + call)
                .then()
                .statusCode(200)
                .body("status", equalTo("succeeded"))
                .body("result", nullValue())
                .body("note", containsString("not kept any more"));
        assertThat(inputs(subject())).contains("facts").doesNotContain("result");
        assertThat(fixture.entries("kind=OPERATION_DONE").stream().map(done -> done.number("entry")))
                .contains((int) expired);
    }

    @Test
    void aHoldKeepsResultsFromExpiring() {
        String call = pay(10, "x").then().statusCode(200).extract().path("id");
        proposed(fixture.auditor, Map.of("operation", "hold", "onBehalfOf", person));
        long index = fixture.entries("kind=EXECUTED&call=" + call).get(0).index();

        long expired = recorded(OperationEntries.resultsExpired(index + 1, journal.now()));
        carryOut.run(Long.toString(expired)).await().atMost(PATIENCE);

        agent.get("/v1/tool-calls/" + call).then().statusCode(200).body("note", nullValue());
        assertThat(inputs(subject())).contains("result");
    }

    private Approver somebody() {
        return new Approver(
                new Principal("adam", Optional.empty(), "", List.of(), Set.of(), "api-key"),
                Set.of(),
                "adam",
                Optional.empty());
    }

    private long recorded(Entry entry) {
        return journal.record(Actor.WRIT, entry, List.of())
                .await()
                .atMost(PATIENCE)
                .fold(created -> created.recorded().index(), Receipt.Existing::index);
    }

    @Test
    void whatIsNotThereIsNotErased() {
        propose(root, Map.of("operation", "erase", "onBehalfOf", "nobody@example.com"))
                .then()
                .statusCode(404);
    }

    @Test
    void aReasonDoesNotNameThePerson() {
        propose(root, Map.of("operation", "erase", "onBehalfOf", person, "reason", person + " asked"))
                .then()
                .statusCode(400)
                .body("detail", containsString("Do not name them"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "nonsense, , , , 'operation'",
                "erase, , , , 'onBehalfOf' or 'agent'",
                "erase, x, y, , not both",
                "hold, , , 7, takes no 'below'",
                "release, , , , 'hold' is the id",
                "prune, , , , Either 'before'",
                "prune, , , -1, 'below' is an index",
                "prune, x, , 1, takes no 'onBehalfOf'"
            })
    void refusesWhatItCannotUse(String operation, String onBehalfOf, String agentName, Long below, String detail) {
        Map<String, Object> what = new HashMap<>();
        what.put("operation", operation);
        what.put("onBehalfOf", onBehalfOf);
        what.put("agent", agentName);
        what.put("below", below);
        what.values().removeIf(value -> value == null);

        propose(root, what).then().statusCode(400).body("detail", containsString(detail));
    }

    @Test
    void withoutRetentionNothingIsPruned() {
        propose(root, Map.of("operation", "prune", "below", 1))
                .then()
                .statusCode(409)
                .body("detail", containsString("writ.audit.retention is not set"));
    }

    @Test
    void unknownParametersAndCursorsAreRefused() {
        root.get("/v1/audit/operations?colour=red")
                .then()
                .statusCode(400)
                .body("detail", containsString("cursor, limit"));
        root.get("/v1/audit/operations?state=odd").then().statusCode(400);
        root.get("/v1/audit/operations?cursor=odd").then().statusCode(400);
        root.get("/v1/audit/operations/none").then().statusCode(404);
        agent.get("/v1/audit/operations").then().statusCode(403);
    }
}
