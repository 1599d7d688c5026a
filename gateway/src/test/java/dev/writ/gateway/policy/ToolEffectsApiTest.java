package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.oneOf;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator says of a tool's effects, from its registration to the decision, the approver and the replay. */
@WritTest
class ToolEffectsApiTest {

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("ana");
    private final String name = "e" + UUID.randomUUID().toString().substring(0, 8);
    private String digest = "";

    @AfterEach
    void deactivate() {
        if (!digest.isEmpty()) {
            fixture.reviewer
                    .post("/v1/policies/" + digest + "/deactivate", Map.of())
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void whatIsSaidDecidesAndWhatIsNotSaidIsTheWorst() {
        long from = size();
        register(Map.of());
        activate();

        pay(1).statusCode(202);
        register(Map.of(name + ".pay", Map.of("risk", "low", "reversible", true)));
        pay(2).statusCode(200);
        register(Map.of(name + ".pay", Map.of("risk", "high", "reversible", false)));
        String waiting = pay(3).statusCode(202).extract().path("id");

        fixture.approver("fin-" + UUID.randomUUID(), "finance")
                .get("/v1/approvals/" + waiting)
                .then()
                .statusCode(200)
                .body("view.effects", equalTo(Map.of("risk", "high", "reversible", false)));
        JsonPath report = replayed(from);
        assertThat(report.getLong("report.compared")).isEqualTo(3);
        assertThat(report.getLong("report.flipped")).isZero();
        assertThat(report.getLong("report.recorded.reproduced")).isEqualTo(3);
    }

    @Test
    void sayingSomethingElseEndsWhatWaits() {
        register(Map.of(name + ".pay", Map.of("risk", "high", "reversible", false)));
        activate();
        Client finance = fixture.approver("fin-" + UUID.randomUUID(), "finance");
        String waiting = pay(3).statusCode(202).extract().path("id");

        register(Map.of(name + ".pay", Map.of("risk", "low", "reversible", false)));
        finance.approve(waiting).then().statusCode(200);

        agent.ended(waiting)
                .then()
                .body("status", equalTo("denied"))
                .body("decision.rule", equalTo("writ:tool-changed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rule-of-two", "hand-offs", "irreversible-actions", "rate-limits", "change-freeze"})
    void aPackThatNamesNoToolsCanBePublishedWhateverToolsThereAre(String pack) throws IOException {
        Path folder = Path.of("..", "rules", "packs", pack);
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }

        fixture.author.post("/v1/policies", Map.of("files", files)).then().statusCode(is(oneOf(200, 201)));
    }

    private void activate() {
        digest = fixture.activate(name, """
                rule "NAME: payments"
                when
                    ToolCall( tool == "NAME.pay" )
                then
                    allow("for this test");
                end

                rule "NAME: for good"
                when
                    ToolCall( )
                    Tool( reversible == false )
                then
                    escalate("this cannot be undone").to("finance").within("1h");
                end
                """.replace("NAME", name));
    }

    private ValidatableResponse pay(int amount) {
        return agent.call(name + ".pay", Map.of("to", "acme", "amount", amount)).then();
    }

    private void register(Map<String, ?> effects) {
        fixture.register(name, Bank.shared().upstream().url(), Map.of("effects", effects));
    }

    private long size() {
        return fixture.auditor.get("/v1/audit/entries?limit=1").jsonPath().getLong("entries[0].index") + 1;
    }

    private JsonPath replayed(long from) {
        String id = fixture.author
                .post("/v1/policy-replays", Map.of("digest", digest, "from", from, "to", size()))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> fixture.author.get("/v1/policy-replays/" + id).path("state"), "done"::equals);
        return fixture.author.get("/v1/policy-replays/" + id).jsonPath();
    }
}
