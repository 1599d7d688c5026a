package dev.writ.gateway.auditing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.TlogProof;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.model.Digest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What auditors are shown of the log, and that it is recorded. */
@WritTest
class AuditReadTest {

    private static final Map<String, ?> SMALL = Map.of("to", "a", "amount", 10);
    private static final Map<String, ?> LARGE = Map.of("to", "a", "amount", 200);

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client auditor = fixture.admin.issue("aude-" + UUID.randomUUID(), List.of("auditor"), List.of());
    private final Client agent = fixture.agent("ana");

    @Inject
    LogSigner signer;

    private long size() {
        String note = auditor.get("/log/checkpoint").asString();
        return signer.verifierKey().verify(note).size();
    }

    private static void refused(ValidatableResponse response, int status, String says) {
        response.statusCode(status)
                .contentType("application/problem+json")
                .body("status", equalTo(status))
                .body("detail", containsString(says));
    }

    // The public form.

    @Test
    void bundlesAndTilesMakeTheRootOfTheCheckpoint() {
        agent.call("bank.balance", Map.of("id", "a")).then().statusCode(200);
        Response newest = auditor.get("/log/checkpoint");
        newest.then()
                .statusCode(200)
                .header("Content-Type", equalTo("text/plain;charset=utf-8"))
                .header("Cache-Control", equalTo("no-cache"));
        var head = signer.verifierKey().verify(newest.asString());

        Frontier frontier = Frontier.empty();
        for (long start = 0; start < head.size(); start += 256) {
            String rest = String.format("%03d", start / 256)
                    + (head.size() - start < 256 ? ".p/" + (head.size() - start) : "");
            ByteBuffer bundle = ByteBuffer.wrap(tile("/log/tile/entries/" + rest));
            ByteArrayOutputStream tile = new ByteArrayOutputStream();
            while (bundle.hasRemaining()) {
                byte[] leaf = new byte[Short.toUnsignedInt(bundle.getShort())];
                bundle.get(leaf);
                frontier = frontier.append(MerkleHash.leaf(leaf));
                tile.writeBytes(MerkleHash.leaf(leaf));
            }
            assertThat(tile("/log/tile/0/" + rest)).isEqualTo(tile.toByteArray());
        }

        assertThat(frontier.size()).isEqualTo(head.size());
        assertThat(Digest.fromBytes(frontier.root())).isEqualTo(head.root());
    }

    private byte[] tile(String path) {
        Response response = auditor.get(path);
        response.then()
                .statusCode(200)
                .header("Content-Type", equalTo("application/octet-stream"))
                .header("Cache-Control", equalTo("private, max-age=31536000, immutable"))
                .header("Vary", equalTo("Authorization"));
        auditor.request()
                .header("If-None-Match", response.header("ETag"))
                .get(path)
                .then()
                .statusCode(304);
        return response.asByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0/1",
                "0/0001",
                "0/x000/001.p/5",
                "00/001",
                "6/001",
                "-1/001",
                "0/001.p/0",
                "0/001.p/256",
                "0/001.p/",
                "0/001.p/05",
                "entries/x1/001",
                "0/99999999999999999999",
                "data/000",
                "0"
            })
    void aMalformedTilePathSaysTheForm(String path) {
        refused(
                auditor.request()
                        .urlEncodingEnabled(false)
                        .get("/log/tile/" + path)
                        .then(),
                400,
                "/log/tile/");
    }

    @Test
    void whatIsBeyondTheHeadIsNotThereYet() {
        refused(auditor.get("/log/tile/0/x900/000").then(), 404, "/log/checkpoint");
        refused(auditor.get("/log/tile/entries/x900/000").then(), 404, "/log/checkpoint");
        refused(auditor.get("/log/tile/5/000").then(), 404, "/log/checkpoint");
        refused(auditor.get("/log/tile/0/000?x=1").then(), 400, "none here");
    }

    @Test
    void theLogIsForAuditorsUnlessItIsPublic() {
        for (String path : List.of("/log/checkpoint", "/log/tile/0/000", "/log/tile/entries/000")) {
            given().get(path).then().statusCode(401);
            refused(agent.get(path).then(), 403, "does not have the role");
        }
    }

    @Test
    void anyTwoSizesAreConsistent() {
        agent.call("bank.balance", Map.of("id", "a"));
        long size = size();
        for (long from : new long[] {0, 1, size / 2, size - 1, size}) {
            for (long to : new long[] {from, size - (size - from) / 2, size}) {
                Response response = auditor.get("/v1/audit/consistency?from=" + from + "&to=" + to);
                response.then()
                        .statusCode(200)
                        .body("from", equalTo((int) from))
                        .body("to", equalTo((int) to));
                List<String> hashes = response.path("hashes");
                ConsistencyProof proof = new ConsistencyProof(
                        from,
                        to,
                        hashes.stream()
                                .map(hash ->
                                        Digest.fromBytes(Base64.getDecoder().decode(hash)))
                                .toList());
                assertThat(proof.proves(root(from), root(to)))
                        .as(from + " in " + to)
                        .isTrue();
            }
        }
    }

    private Digest root(long size) {
        Frontier frontier = Frontier.empty();
        for (long start = 0; start < size; start += 256) {
            long width = Math.min(256, size - start);
            ByteBuffer tile = ByteBuffer.wrap(auditor.get(
                            "/log/tile/0/" + String.format("%03d", start / 256) + (width < 256 ? ".p/" + width : ""))
                    .asByteArray());
            while (tile.hasRemaining()) {
                byte[] hash = new byte[32];
                tile.get(hash);
                frontier = frontier.append(hash);
            }
        }
        return Digest.fromBytes(frontier.root());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            from=2&to=1               | 'from' is a number from 0 to 1
            from=0&to=900000000       | 'to' is a number from 0 to
            from=-1&to=1              | 'from' is a number from 0
            from=1                    | 'to' is missing
            to=1                      | 'from' is missing
            from=1&to=1&to=1          | more than once
            from=1&to=1&size=1        | Known ones: from, to
            from=99999999999999999999&to=1 | 'from' is a number
            from=01&to=1              | 'from' is a number
            """)
    void aMalformedPairOfSizesIsRefused(String query, String says) {
        refused(auditor.get("/v1/audit/consistency?" + query).then(), 400, says);
    }

    // One entry.

    @Test
    void anEntryIsShownWithTheLeafThatHasItsHash() {
        String call = agent.call("bank.pay", SMALL, Map.of("onBehalfOf", "ana")).path("id");
        LogEntry decided = fixture.entries("kind=DECIDED&call=" + call).get(0);

        Response shown = auditor.get("/v1/audit/entries/" + decided.index());

        shown.then()
                .statusCode(200)
                .body("index", equalTo(decided.index()))
                .body("subjectKey", startsWith("person/"))
                .body("topics", hasItem(startsWith("identity/" + agent.name() + "/")))
                .body("inputs.facts", startsWith("sha256:"))
                .body("values", nullValue());
        byte[] leaf = Base64.getDecoder().decode(shown.<String>path("leaf"));
        assertThat(shown.<String>path("leafHash"))
                .isEqualTo(Digest.fromBytes(MerkleHash.leaf(leaf)).value());
        TlogProof.parse(auditor.get("/v1/audit/entries/" + decided.index() + "/proof")
                        .asString())
                .verify(signer.verifierKey(), Digest.fromBytes(MerkleHash.leaf(leaf)));
    }

    @Test
    void inputsAreShownOnRequestAndSayWhatWasErased() {
        String call = agent.call("bank.pay", SMALL, Map.of("onBehalfOf", "ana")).path("id");
        int index = fixture.entries("kind=DECIDED&call=" + call).get(0).index();
        String path = "/v1/audit/entries/" + index + "?inputs=true";

        auditor.get(path)
                .then()
                .body("values.facts.erased", equalTo(false))
                .body("values.facts.value.arguments.amount", equalTo(10))
                .body("values.facts.value.onBehalfOf", equalTo("ana"));

        try (Superuser database = Superuser.connect()) {
            database.takeInputs("idx = " + index);
        }
        auditor.get(path)
                .then()
                .statusCode(200)
                .body("values.facts.erased", equalTo(true))
                .body("values.facts.value", nullValue())
                .body("inputs.facts", startsWith("sha256:"));
    }

    @Test
    void aProofIsForTheSizeThatIsAskedFor() {
        long size = size();
        String proof = auditor.get("/v1/audit/entries/0/proof?size=" + size).asString();

        assertThat(TlogProof.parse(proof)
                        .verify(
                                signer.verifierKey(),
                                Digest.fromBytes(MerkleHash.leaf(Base64.getDecoder()
                                        .decode(auditor.get("/v1/audit/entries/0")
                                                .<String>path("leaf")))))
                        .size())
                .isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            -1                         | 400 | 'index' is a number from 0
            1x                         | 400 | 'index' is a number from 0
            007                        | 400 | 'index' is a number from 0
            99999999999999999999999    | 400 | 'index' is a number from 0
            999999999999999999         | 404 | below
            999999999999999999/proof   | 404 | below
            -1/proof                   | 400 | 'index' is a number from 0
            0/proof?size=0             | 400 | 'size' is a number from 1 to
            0/proof?size=-5            | 400 | 'size' is a number from 1 to
            0/proof?size=999999999     | 400 | 'size' is a number from 1 to
            0/proof?tree=1             | 400 | Known ones: size
            0?inputs=maybe             | 400 | true or false
            0?input=true               | 400 | Known ones: inputs
            0?inputs=true&inputs=true  | 400 | more than once
            """)
    void aMalformedQuestionForOneEntryIsRefused(String path, int status, String says) {
        refused(auditor.get("/v1/audit/entries/" + path).then(), status, says);
    }

    // Lists.

    @Test
    void entriesAreFoundByEachFilter() {
        Response paid = agent.call("bank.pay", SMALL, Map.of("onBehalfOf", "ana"));
        String call = paid.path("id");
        agent.call("bank.balance", Map.of("id", "a")).then().statusCode(200);
        LogEntry decided = fixture.entries("kind=DECIDED&call=" + call).get(0);
        String mine = "agent=" + agent.name() + "&";

        assertThat(fixture.entries(mine + "kind=DECIDED")).hasSize(2);
        assertThat(fixture.entries(mine + "kind=DECIDED,EXECUTED")).hasSize(4);
        assertThat(fixture.entries(mine + "onBehalfOf=ana"))
                .extracting(LogEntry::kind)
                .containsExactly("EXECUTED", "DECIDED");
        assertThat(fixture.entries(mine + "tool=bank.pay&verdict=allow"))
                .extracting(LogEntry::index)
                .containsExactly(decided.index());
        assertThat(fixture.entries(mine + "rule=small payment&kind=DECIDED"))
                .extracting(LogEntry::index)
                .containsExactly(decided.index());
        assertThat(fixture.entries(mine + "bundle=" + decided.column("bundle"))).hasSize(2);
        assertThat(fixture.entries("call=" + call)).hasSize(2);
        assertThat(fixture.entries(mine + "to=" + decided.at())).isEmpty();
        assertThat(fixture.entries(mine + "from=" + decided.at())).hasSize(4);
        assertThat(fixture.entries(mine + "asOf=" + (decided.index() + 1)))
                .extracting(LogEntry::index)
                .containsExactly(decided.index());
        assertThat(fixture.entries(mine + "kind=DECIDED&order=asc").get(0).index())
                .isEqualTo(decided.index());
    }

    @ParameterizedTest
    @ValueSource(strings = {"asc", "desc"})
    void pagesHoldEachEntryOnceHoweverTheLogGrows(String order) {
        for (int i = 0; i < 5; i++) {
            agent.call("bank.balance", Map.of("id", "a"));
        }
        String query = "/v1/audit/entries?kind=DECIDED&agent=" + agent.name() + "&limit=2&order=" + order;
        List<Integer> indices = new ArrayList<>();
        Response page = auditor.get(query);
        int asOf = page.path("asOf");
        while (true) {
            page.then().statusCode(200).body("asOf", equalTo(asOf));
            indices.addAll(page.path("entries.index"));
            String next = page.path("next");
            if (next == null) {
                break;
            }
            agent.call("bank.balance", Map.of("id", "a"));
            page = auditor.get(query + "&cursor=" + next);
        }

        assertThat(indices).hasSize(5).doesNotHaveDuplicates();
        assertThat(indices).allMatch(index -> index < asOf);
    }

    @Test
    void aCursorIsOfOneListingOnly() {
        String query = "/v1/audit/entries?limit=1&kind=DECIDED";
        agent.call("bank.balance", Map.of("id", "a"));
        agent.call("bank.balance", Map.of("id", "a"));
        String cursor = "&cursor=" + auditor.get(query).path("next");

        auditor.get("/v1/audit/entries?limit=2&kind=DECIDED" + cursor).then().statusCode(200);
        for (String other : List.of("kind=EXECUTED", "kind=DECIDED&order=asc", "kind=DECIDED&agent=a", "q=bank")) {
            refused(auditor.get("/v1/audit/entries?" + other + cursor).then(), 400, "other filters");
        }
        refused(auditor.get(query + "&asOf=1" + cursor).then(), 400, "another 'asOf'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            agnet=a                 | Known ones: agent, asOf, bundle, call, cursor, from, kind, limit, onBehalfOf, order, q
            agent=a&agent=b         | 'agent' is given more than once
            agent=                  | 'agent' is empty
            agent=a%00b             | control character
            verdict=maybe           | allow, deny or escalate
            kind=decided            | DECIDED
            kind=DECIDED,           | separated by commas
            from=yesterday          | 2026-01-02T03:04:05Z
            to=%2B1000000-01-01T00:00:00Z | 2026-01-02T03:04:05Z
            from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z | 'to' is before 'from'
            limit=0                 | 'limit' is a number from 1 to 1000
            limit=1001              | 'limit' is a number from 1 to 1000
            limit=ten               | 'limit' is a number from 1 to 1000
            order=up                | asc or desc
            asOf=-1                 | 'asOf' is a number from 0
            asOf=999999999          | 'asOf' is a number from 0
            q=ab                    | 3 to 200 characters
            cursor=                 | 'cursor' is empty
            cursor=x                | not one that a listing gave
            cursor=MTAwLTUw         | not one that a listing gave
            cursor=OTk5OTk5OTk5LTAtMDAwMDAwMDAwMDAwMDAwYQ | larger than this one
            cursor=MC0xLTAwMDAwMDAwMDAwMDAwMGE            | not one that a listing gave
            """)
    void aMalformedListingIsRefused(String query, String says) {
        refused(
                auditor.request()
                        .urlEncodingEnabled(false)
                        .get("/v1/audit/entries?" + query)
                        .then(),
                400,
                says);
    }

    @Test
    void textIsFoundInReasonsAndRules() {
        agent.call("bank.balance", Map.of("id", "a"));
        String query = "/v1/audit/entries?agent=" + agent.name() + "&q=";

        auditor.get(query + "ANYONE may")
                .then()
                .statusCode(200)
                .body("entries", hasSize(1))
                .body("entries[0].body.reason", equalTo("anyone may look"))
                .body("scannedTo", equalTo(0));
        auditor.get(query + "Balance").then().body("entries", hasSize(1));
        // In the tool's name and the agent's, and so in the leaf, but not a reason or a rule.
        auditor.get(query + "bank.bal").then().statusCode(200).body("entries", empty());
        auditor.get(query + "anyone%25look").then().statusCode(200).body("entries", empty());
    }

    @Test
    void aSearchGoesOnWhereItsPageEnded() {
        agent.call("bank.balance", Map.of("id", "a"));
        agent.call("bank.balance", Map.of("id", "a"));
        String query = "/v1/audit/entries?limit=1&agent=" + agent.name() + "&q=anyone";
        Response first = auditor.get(query);
        int found = first.path("entries[0].index");
        first.then().body("scannedTo", equalTo(found));

        auditor.get(query + "&cursor=" + first.path("next"))
                .then()
                .statusCode(200)
                .body("entries", hasSize(1))
                .body("entries[0].index", not(equalTo(found)));
    }

    // Who reads.

    private List<LogEntry> reads() {
        return fixture.entries("kind=AUDIT_READ&agent=" + auditor.name());
    }

    @Test
    void readingEntriesIsRecorded() {
        String call = agent.call("bank.balance", Map.of("id", "a")).path("id");
        auditor.get("/v1/audit/entries?limit=7&agent=" + agent.name() + "&onBehalfOf=ana")
                .then()
                .statusCode(200);
        auditor.get("/v1/audit/entries/0?inputs=true").then().statusCode(200);
        auditor.get("/v1/audit/aggregates?by=verdict").then().statusCode(200);
        auditor.get("/v1/audit/calls/" + call).then().statusCode(200);
        auditor.get("/v1/audit/entries?q=who is ana").then().statusCode(200);

        List<LogEntry> reads = reads();

        assertThat(reads)
                .extracting(read -> read.text("what"))
                .containsExactly("entries", "call", "aggregates", "entry", "entries");
        assertThat(reads).allSatisfy(read -> {
            assertThat(read.text("actor")).isEqualTo(auditor.name());
            assertThat(read.text("client")).isEqualTo(auditor.keyId());
            assertThat(read.body().toString())
                    .doesNotContain("=ana")
                    .doesNotContain("who is ana")
                    .doesNotContain(agent.name());
        });
        assertThat(reads.get(4).number("limit")).isEqualTo(7);
        assertThat(reads.get(4).body().toString()).contains("agentMac=", "subject=");
        assertThat(reads.get(3).number("index")).isZero();
        assertThat(reads.get(1).text("call")).isEqualTo(call);
        auditor.get("/v1/audit/entries/" + reads.get(0).index() + "?inputs=true")
                .then()
                .statusCode(200)
                .body("body.filter.qMac", matchesPattern("[A-Za-z0-9_-]{22}"))
                .body("inputs", anEmptyMap());
    }

    @Test
    void readingWhatProvesAndNothingElseIsNotRecorded() {
        auditor.get("/log/checkpoint").then().statusCode(200);
        auditor.get("/log/tile/0/000.p/1").then().statusCode(200);
        auditor.get("/log/tile/entries/000.p/1").then().statusCode(200);
        auditor.get("/v1/audit/entries/0/proof").then().statusCode(200);
        auditor.get("/v1/audit/consistency?from=0&to=1").then().statusCode(200);
        auditor.get("/v1/audit/entries?limit=0").then().statusCode(400);

        assertThat(reads()).isEmpty();
    }

    @Test
    void aReadThatCannotBeRecordedIsRefused() {
        try (Superuser database = Superuser.connect()) {
            database.execute("ALTER ROLE writ_writer NOLOGIN");
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'writ_writer'");
            try {
                Response list = auditor.get("/v1/audit/entries?limit=1");
                Response tile = auditor.get("/log/tile/0/000.p/1");

                refused(list.then(), 503, "nothing is shown");
                list.then().body("entries", nullValue());
                tile.then().statusCode(200);
            } finally {
                database.execute("ALTER ROLE writ_writer LOGIN");
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> auditor.get("/v1/audit/entries?limit=1").statusCode() == 200);
    }

    // Counts.

    @Test
    void entriesAreCountedByOneOrTwoThings() {
        agent.call("bank.balance", Map.of("id", "a"));
        agent.call("bank.balance", Map.of("id", "a"));
        agent.call("bank.pay", Map.of("to", "a", "amount", 1));
        String query = "/v1/audit/aggregates?agent=" + agent.name() + "&kind=DECIDED&by=";

        auditor.get(query + "tool")
                .then()
                .statusCode(200)
                .body("groups.group.tool", contains("bank.balance", "bank.pay"))
                .body("groups.entries", contains(2, 1))
                .body("cut", equalTo(false));
        auditor.get(query + "verdict,rule")
                .then()
                .body("by", contains("verdict", "rule"))
                .body("groups[0].group.rule", equalTo("balance"))
                .body("groups[0].group.verdict", equalTo("allow"));
        auditor.get(query + "day&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z")
                .then()
                .statusCode(200)
                .body("groups", empty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            by=person            | verdict, rule, agent, tool, kind, hour and day
            by=                  | 'by' is empty
            agent=a              | one or two
            by=tool,tool         | one or two
            by=tool,kind,day     | one or two
            by=tool&q=abc        | Known ones: agent, asOf, bundle, by
            by=tool&limit=5      | Known ones
            by=tool&from=now     | 2026-01-02T03:04:05Z
            by=tool&asOf=99999999| 'asOf' is a number from 0
            """)
    void aMalformedCountIsRefused(String query, String says) {
        refused(auditor.get("/v1/audit/aggregates?" + query).then(), 400, says);
    }

    // One call.

    @Test
    void aCallThatPeopleApprovedIsExplained() {
        Client fay = fixture.approver("fay-" + UUID.randomUUID(), "finance");
        String call = agent.call("bank.pay", LARGE, Map.of("onBehalfOf", "ana")).path("id");
        auditor.get("/v1/audit/calls/" + call)
                .then()
                .statusCode(200)
                .body("status", equalTo("escalated"))
                .body("whyNot.verdict", equalTo("escalate"))
                .body("whyNot.rules.rule", contains("large payment needs finance"))
                .body("whyNot.unmet.group", contains("finance"))
                .body("whyNot.unmet.granted", contains(0));
        fay.approve(call).then().statusCode(200);
        agent.ended(call).then().body("status", equalTo("succeeded"));

        Response explained = auditor.get("/v1/audit/calls/" + call);

        explained
                .then()
                .statusCode(200)
                .body("agent", equalTo(agent.name()))
                .body("status", equalTo("succeeded"))
                .body("whyNot", nullValue())
                .body("decisions.verdict", contains("escalate", "allow"))
                .body("decisions[0].facts.value.arguments.amount", equalTo(200))
                .body("decisions[0].bundle.name", equalTo("bank"))
                .body("decisions[0].bundle.digest", startsWith("sha256:"))
                .body("decisions[1].grants", hasSize(1))
                .body("approval.state", equalTo("approved"))
                .body("approval.view.value.arguments.amount", equalTo(200))
                .body("approval.answers.kind", contains("APPROVAL_GRANTED"))
                .body("approval.answers[0].by", equalTo(fay.name()))
                .body("approval.answers[0].view", equalTo(explained.path("approval.viewMac")))
                .body("approval.answers[0].reason", equalTo("checked"))
                .body("outcome.outcome", equalTo("succeeded"))
                .body("outcome.result.value.value.status", equalTo("done"))
                .body("entries.kind", contains("DECIDED", "APPROVAL_GRANTED", "DECIDED", "EXECUTED"));
        String leafHash = explained.path("entries[2].leafHash");
        TlogProof.parse(explained.path("proof")).verify(signer.verifierKey(), new Digest(leafHash));
        auditor.get(explained.<String>path("entries[2].proof")).then().statusCode(200);
    }

    @Test
    void aDeniedCallIsExplainedWithTheEarlierOnesItRestsOn() {
        for (int i = 0; i < 3; i++) {
            agent.call("bank.pay", Map.of("to", "a", "amount", 100)).then().statusCode(200);
        }
        agent.call("bank.pay", SMALL).then().statusCode(403);
        LogEntry denied = fixture.entries("verdict=deny&agent=" + agent.name()).get(0);

        auditor.get("/v1/audit/calls/" + denied.column("call"))
                .then()
                .statusCode(200)
                .body("status", equalTo("denied"))
                .body("whyNot.verdict", equalTo("deny"))
                .body("whyNot.rules.rule", contains("payments of 300 in all"))
                .body("whyNot.unmet", empty())
                .body("decisions[0].matched", hasSize(3))
                .body("outcome", nullValue());
    }

    @AfterEach
    void putInputsBack() {
        try (Superuser database = Superuser.connect()) {
            database.putInputsBack();
        }
    }

    @Test
    void whatWasErasedOfACallSaysSo() {
        String call = agent.call("bank.balance", Map.of("id", "a")).path("id");
        List<LogEntry> entries = fixture.entries("call=" + call);
        try (Superuser database = Superuser.connect()) {
            entries.forEach(entry -> database.takeInputs("idx = " + entry.index()));
        }

        auditor.get("/v1/audit/calls/" + call)
                .then()
                .statusCode(200)
                .body("decisions[0].facts.erased", equalTo(true))
                .body("decisions[0].facts.value", nullValue())
                .body("outcome.result.erased", equalTo(true));
    }

    @Test
    void onlyCallsAreExplainedAndOnlyToAuditors() {
        refused(auditor.get("/v1/audit/calls/1").then(), 400, "UUID of version 7");
        refused(
                auditor.get("/v1/audit/calls/01890a5d-ac96-774b-bcce-b302099a8057")
                        .then(),
                404,
                "no call");
        agent.get("/v1/audit/calls/01890a5d-ac96-774b-bcce-b302099a8057").then().statusCode(403);
        agent.get("/v1/audit/aggregates?by=kind").then().statusCode(403);
        agent.get("/v1/audit/consistency?from=0&to=1").then().statusCode(403);
    }
}
