package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.MasterKey;
import dev.writ.model.CallId;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.vertx.core.MultiMap;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContinuationsTest {

    private static final String ANA = "pseudonym-of-ana";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");
    private static final JsonObject ASKING = object(
            "{\"resultType\": \"input_required\", \"inputRequests\": {\"a\": {\"method\": \"roots/list\"}}, \"requestState\": \"theirs\"}");

    private static final CallId CALL = CallId.mint(NOW, RANDOM);

    private Instant now = NOW;
    private final Continuations continuations =
            new Continuations(new Seal(MasterKey.generate(RANDOM), RANDOM), Duration.ofMinutes(5), () -> now);

    private static JsonObject object(String json) {
        return (JsonObject) JsonValue.parse(json);
    }

    private static Asked call(String params) {
        return new Asked(
                Revision.V2026_07_28,
                JsonNumber.of(1),
                "tools/call",
                object(params),
                JsonObject.empty(),
                Optional.empty(),
                new Headers(MultiMap.caseInsensitiveMultiMap()));
    }

    private static Asked first() {
        return call("{\"name\": \"pay\", \"arguments\": {\"amount\": 1}}");
    }

    private static Asked again(String state, int amount) {
        return call("{\"name\": \"pay\", \"arguments\": {\"amount\": " + amount
                + "}, \"inputResponses\": {\"a\": {\"roots\": []}}," + " \"requestState\": "
                + new JsonString(state).toJson() + "}");
    }

    private String state() {
        return continuations
                .sealed(first(), "bot", ANA, CALL.toString(), ASKING)
                .text("requestState")
                .orElseThrow();
    }

    @Test
    void theSameRequestGoesOnWithWhatTheServerSaidAndTheClientAnswered() {
        Continuations.Brought brought = continuations.brought(again(state(), 1), "bot", ANA);

        assertThat(brought.stopped()).contains(CALL);
        assertThat(brought.extra().text("requestState")).contains("theirs");
        assertThat(brought.extra().object("inputResponses")).isPresent();
    }

    @Test
    void theClientNeverSeesTheStateOfTheServer() {
        assertThat(state()).doesNotContain("theirs");
    }

    @Test
    void aFirstRequestBringsNothing() {
        assertThat(continuations.brought(first(), "bot", ANA)).isEqualTo(Continuations.Brought.NOTHING);
    }

    @Test
    void answersWithoutAStateGoAlongWithAFirstCall() {
        Continuations.Brought brought = continuations.brought(
                call("{\"name\": \"pay\", \"inputResponses\": {\"a\": {\"roots\": []}}}"), "bot", ANA);

        assertThat(brought.stopped()).isEmpty();
        assertThat(brought.extra().members()).containsOnlyKeys("inputResponses");
    }

    @Test
    void anotherPrincipalOtherArgumentsAChangedStateAndALateOneAreRefused() {
        String state = state();

        refused(again(state, 1), "other-bot", ANA);
        refused(again(state, 2), "bot", ANA);
        refused(again(state + "-TAMPERED", 1), "bot", ANA);
        now = NOW.plus(Duration.ofMinutes(5));
        refused(again(state, 1), "bot", ANA);
    }

    @Test
    void whatOnePersonSaidOpensForNoOtherPersonOrSessionOfTheSameAgent() {
        refused(again(state(), 1), "bot", "pseudonym-of-bob");
        refused(again(state(), 1), "bot", "-");
        refused(
                call("{\"name\": \"pay\", \"arguments\": {\"amount\": 1}, \"_meta\": {\"dev.writ/session\": \"s\"},"
                        + " \"requestState\": " + new JsonString(state()).toJson() + "}"),
                "bot",
                ANA);
    }

    private void refused(Asked asked, String principal, String subject) {
        assertThatThrownBy(() -> continuations.brought(asked, principal, subject))
                .isInstanceOfSatisfying(
                        McpException.class,
                        refusal -> assertThat(refusal.error().number("code"))
                                .hasValueSatisfying(code -> assertThat(code).isEqualByComparingTo("-32602")));
    }
}
