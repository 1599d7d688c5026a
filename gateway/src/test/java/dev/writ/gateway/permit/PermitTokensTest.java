package dev.writ.gateway.permit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.PermitToken;
import dev.writ.connect.PermitToken.Subject;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PermitTokensTest {

    private static final JsonObject ARGUMENTS = (JsonObject) JsonValue.parse("{\"b\":1.0,\"a\":\"é\"}");

    private final Mint mint = new Mint();

    private JsonObject claims(Subject subject) {
        return Mint.part(
                mint.permit(ARGUMENTS, Duration.ofSeconds(30))
                        .mint(Mint.AUDIENCE, subject)
                        .orElseThrow(),
                1);
    }

    @Test
    void saysWhoMayDoWhatForWhomWhereAndByWhichEntry() {
        mint.now = Instant.parse("2026-11-22T10:00:00.400Z");

        JsonObject claims = claims(Subject.PSEUDONYM);

        assertThat(claims.text("iss")).contains("https://writ.test");
        assertThat(claims.text("aud")).contains(Mint.AUDIENCE);
        assertThat(claims.text("tool")).contains(Mint.TOOL);
        assertThat(claims.text("args"))
                .contains(Digest.of(JsonValue.parse("{\"a\":\"é\",\"b\":1}")).value());
        assertThat(claims.text("log")).contains("log.test");
        assertThat(claims.number("idx")).contains(BigDecimal.valueOf(7));
        assertThat(claims.object("act").orElseThrow().toJson())
                .isEqualTo("{\"act\":{\"act\":{\"sub\":\"front-desk\"},\"sub\":\"planner\"},\"sub\":\"refund-bot\"}");
        assertThat(claims.number("iat").orElseThrow()).isEqualByComparingTo("1795341600");
        assertThat(claims.number("nbf").orElseThrow()).isEqualByComparingTo("1795341600");
        assertThat(claims.number("exp").orElseThrow()).isEqualByComparingTo("1795341631");
    }

    @Test
    void namesThePersonAsTheOperatorAskedFor() {
        assertThat(claims(Subject.AGENT).text("sub")).contains("refund-bot");
        assertThat(claims(Subject.PSEUDONYM).text("sub")).contains("pseudonym-of-ann");
        assertThat(claims(Subject.PERSON).text("sub")).contains("ann");
        assertThat(claims(Subject.PSEUDONYM).toJson()).doesNotContain("\"ann\"");
    }

    @Test
    void thatOfARehearsalIsOfAnotherTypeSoThatTheToolRefusesIt() {
        PermitToken rehearsal = mint.permit(ARGUMENTS, Duration.ofSeconds(30), PermitTokens.Use.REHEARSAL);

        String token = rehearsal.mint(Mint.AUDIENCE, Subject.AGENT).orElseThrow();

        assertThat(Mint.part(token, 0).text("typ")).contains("writ-rehearsal+jwt");
        assertThat(Mint.part(mint.token(ARGUMENTS), 0).text("typ")).contains("writ-permit+jwt");
    }

    @Test
    void livesForAMinuteAtMost() {
        PermitToken permit = mint.permit(ARGUMENTS, Duration.ofHours(1));

        JsonObject claims = Mint.part(permit.mint(Mint.AUDIENCE, Subject.AGENT).orElseThrow(), 1);

        assertThat(claims.number("exp")
                        .orElseThrow()
                        .subtract(claims.number("iat").orElseThrow()))
                .isBetween(BigDecimal.valueOf(60), BigDecimal.valueOf(61));
    }

    @Test
    void eachTokenOfAPermitCanBeUsedOnce() {
        PermitToken permit = mint.permit(ARGUMENTS, Duration.ofSeconds(30));

        String first = id(permit);

        assertThat(id(permit)).isEqualTo(first + ".2");
        assertThat(id(permit)).isEqualTo(first + ".3");
    }

    private static String id(PermitToken permit) {
        return Mint.part(permit.mint(Mint.AUDIENCE, Subject.AGENT).orElseThrow(), 1)
                .text("jti")
                .orElseThrow();
    }

    @Test
    void aKeyIsPublishedBeforeItSignsAndAfterIt() {
        PermitKeys keys = mint.keys(FixedConfig.DEFAULT);
        PermitKey first = keys.current();
        List<PermitKey> published = keys.published();

        mint.now = mint.now.plus(Duration.ofDays(30));

        assertThat(published).hasSize(3).contains(first, keys.current());
        assertThat(keys.current().id()).isNotEqualTo(first.id());
        assertThat(keys.published()).contains(first);
        mint.now = mint.now.plus(Duration.ofDays(30));
        assertThat(keys.published()).doesNotContain(first);
    }

    @Test
    void anotherReplicaHasTheSameKeysAndAnotherGenerationNone() {
        List<String> here = ids(FixedConfig.DEFAULT);

        assertThat(ids(FixedConfig.DEFAULT)).isEqualTo(here);
        assertThat(ids(new FixedConfig(Optional.empty(), 2))).doesNotContainAnyElementsOf(here);
    }

    private List<String> ids(PermitConfig config) {
        return mint.keys(config).published().stream().map(PermitKey::id).toList();
    }
}
