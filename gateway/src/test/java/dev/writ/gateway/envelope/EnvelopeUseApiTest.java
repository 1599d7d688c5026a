package dev.writ.gateway.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Client;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Which calls rest on an envelope, and what each of them uses. */
@WritTest
class EnvelopeUseApiTest extends EnvelopeScene {

    @Test
    void callsInsideRunWithoutAskingAgain() {
        String envelope = envelope(3);

        Response paid = pay(500.00);

        paid.then().statusCode(200);
        Map<String, Object> seen = seen(decided(paid));
        assertThat(seen)
                .containsEntry("envelope", envelope)
                .containsEntry("use", 1)
                .containsEntry("used", true);
        shown(envelope).then().body("used", equalTo(1)).body("state", equalTo("live"));
    }

    @Test
    void theCallThatAskedIsApprovedWithItAndIsNoUse() {
        String call = waiting(pay(200));

        String envelope = propose(jd, call, extent(3)).path("id");

        agent.ended(call).then().statusCode(200);
        shown(envelope).then().body("used", equalTo(0));
    }

    @Test
    void callsOutsideByAHairAskAgain() {
        envelope(3);

        pay(500.01).then().statusCode(202);
        pay(agent, "аcme", 300).then().statusCode(202);
        agent.call("bank.pay", Map.of("to", "acme", "amount", 300, "note", "x"))
                .then()
                .statusCode(202);
    }

    @Test
    void isForOneAgentAndOnePerson() {
        envelope(3);

        pay(fixture.agent(), "acme", 300).then().statusCode(202);
        agent.call("bank.pay", Map.of("to", "acme", "amount", 300), Map.of("onBehalfOf", "ann"))
                .then()
                .statusCode(202);
    }

    @Test
    void ofTwoCallsThatWantTheLastUseExactlyOneIsAllowed() {
        String envelope = envelope(3);
        pay(201).then().statusCode(200);
        pay(202).then().statusCode(200);
        ExecutorService threads = Executors.newFixedThreadPool(8);

        List<Integer> answers = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> pay(300 + i).statusCode(), threads))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        threads.shutdown();

        assertThat(answers).filteredOn(status -> status == 200).hasSize(1);
        assertThat(answers).filteredOn(status -> status == 202).hasSize(7);
        shown(envelope).then().body("used", equalTo(3)).body("state", equalTo("used"));
    }

    @Test
    void aDenialBeatsItAndUsesNothing() {
        String envelope = envelope(3);

        Response denied = pay(113);

        denied.then().statusCode(403).body("reason", equalTo("an unlucky number"));
        LogEntry decided = fixture.entries("kind=DECIDED&verdict=deny&agent=" + agent.name())
                .get(0);
        assertThat(seen(decided)).containsEntry("used", false);
        shown(envelope).then().body("used", equalTo(0));
    }

    @Test
    void rulesSeeWhichUseItWouldBe() {
        String envelope = envelope(20);
        for (int i = 1; i < 5; i++) {
            pay(300 + i).then().statusCode(200);
        }

        pay(400).then().statusCode(403).body("reason", equalTo("four on one word are enough"));

        shown(envelope).then().body("used", equalTo(4));
    }

    @Test
    void anotherRuleStillAsksAndTheUseIsSpentWhenItIsAnswered() {
        Client legal = fixture.approver("lex", "legal");
        String envelope = envelope(3);
        String call = waiting(pay(401));
        shown(envelope).then().body("used", equalTo(0));
        legal.get("/v1/approvals/" + call).then().body("requirements.rule", equalTo(List.of("known payees")));

        legal.approve(call).then().statusCode(200);

        agent.ended(call).then().statusCode(200);
        shown(envelope).then().body("used", equalTo(1));
    }

    @Test
    void coversNoCallWhoseArgumentsRulesChange() {
        String envelope = envelope(3);
        fixture.activate(RULES + """
                rule "no notes"
                when
                    ToolCall( tool == "bank.pay" )
                then
                    allow("but to the archive").set("to", "archive");
                end
                """);

        String call = waiting(pay(300));

        shown(envelope).then().body("used", equalTo(0));
        propose(jd, call, extent(1)).then().statusCode(409).body("detail", containsString("change the arguments"));
    }

    @Test
    void whatOthersCarryOutUsesItToo() {
        String envelope = envelope(1);
        agent.post(
                        "/v1/tool-calls",
                        Map.of("tool", "bank.pay", "mode", "decide", "arguments", Map.of("to", "acme", "amount", 300)))
                .then()
                .statusCode(200);

        shown(envelope).then().body("used", equalTo(1));
        pay(301).then().statusCode(202);
    }

    @Test
    void aReplayDecidesAsItWasDecided() {
        long from = fixture.entries("limit=1").get(0).index() + 1L;
        envelope(2);
        pay(300).then().statusCode(200);
        pay(113).then().statusCode(403);

        String replay = fixture.author
                .post(
                        "/v1/policy-replays",
                        Map.of(
                                "files",
                                Map.of(
                                        "bundle.yaml",
                                        "name: bank\nversion: \"2\"\nowners: [tests]\ngroups: [finance, legal]\nscope: [\"bank.*\"]\n",
                                        "rules.drl",
                                        RULES),
                                "from",
                                from))
                .then()
                .log()
                .ifValidationFails()
                .extract()
                .path("id");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> fixture.author.get("/v1/policy-replays/" + replay).path("state"), "done"::equals);

        fixture.author
                .get("/v1/policy-replays/" + replay)
                .then()
                .body("report.flipped", equalTo(0))
                .body("report.recorded.differing", equalTo(0))
                .body("report.recorded.reproduced", equalTo(4));
    }
}
