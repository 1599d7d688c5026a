package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedApprovalTest {

    private static final String CALL = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    private static final long REGISTERED = 7;

    private final Authenticator olga = Authenticator.es256();

    private static JsonObject statement() {
        return JsonObject.builder()
                .put("type", SignedStatement.APPROVAL)
                .put("version", 1)
                .put("decision", "approve")
                .put("call", CALL)
                .put("tool", "bank.pay")
                .put("arguments", "arguments-mac")
                .put("definition", "sha256:definition")
                .put("policies", JsonArray.ofTexts(List.of("sha256:bundle")))
                .put("view", "view-mac")
                .put("asks", asks())
                .put("approver", "olga")
                .put("expiresAt", "2026-01-02T12:05:00Z")
                .put("nonce", "n")
                .build();
    }

    private static JsonArray asks() {
        return new JsonArray(List.<JsonValue>of(JsonObject.builder()
                .put("rule", "large")
                .put("group", "finance")
                .build()));
    }

    /** As it is read from the log: a leaf, decoded. */
    private static Entry entry(String kind, JsonObject body) {
        Map<Column, String> columns = Map.of(Column.CALL, CALL, Column.TOOL, "bank.pay");
        Entry entry = new Entry(
                kind, Instant.parse("2026-01-02T12:00:00Z"), List.of(), Set.of(), columns, body, "writ", List.of());
        return Leaf.decode(Leaf.of(entry, Map.of()).bytes()).entry();
    }

    private static Entry granted(SignedStatement signed) {
        return entry("APPROVAL_GRANTED", body(signed).build());
    }

    private static JsonObject.Builder body(SignedStatement signed) {
        return JsonObject.builder()
                .put("actor", "olga")
                .put("view", "view-mac")
                .put("grants", asks())
                .put(SignedStatement.MEMBER, signed.toJson());
    }

    private static JsonObject with(JsonObject json, String member, JsonValue value) {
        JsonObject.Builder changed = JsonObject.builder();
        json.members().forEach(changed::put);
        return changed.put(member, value).build();
    }

    private static Entry decided(String argumentsMac) {
        return entry(
                "DECIDED",
                JsonObject.builder()
                        .put("argumentsMac", argumentsMac)
                        .put("definition", "sha256:definition")
                        .put(
                                "approval",
                                JsonObject.builder().put("viewMac", "view-mac").build())
                        .build());
    }

    private static Entry registered(PasskeyKey key, String actor) {
        JsonObject.Builder body = JsonObject.builder().put("actor", actor).put("rpId", Authenticator.RP_ID);
        SignedStatement.put(body, key);
        return entry("PASSKEY_REGISTERED", body.build());
    }

    private static void assertWrong(Runnable checked, String said) {
        assertThatThrownBy(checked::run)
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @ValueSource(ints = {PasskeyKey.ES256, PasskeyKey.EDDSA, PasskeyKey.RS256})
    void acceptsWhatWasSigned(int algorithm) {
        Authenticator authenticator = Authenticator.of(algorithm);
        SignedApproval approval = SignedApproval.of(granted(authenticator.sign(statement(), REGISTERED)));

        approval.requireAbout(List.of(decided("arguments-mac")));
        approval.requireRegistered(REGISTERED, registered(authenticator.key(), "olga"));
        assertThat(approval.signed().assertion().origin()).isEqualTo(Authenticator.ORIGIN);
    }

    @Test
    void refusesATamperedStatement() {
        for (String member : statement().members().keySet()) {
            SignedStatement signed = olga.sign(statement(), REGISTERED);
            SignedStatement tampered = new SignedStatement(
                    with(statement(), member, JsonValue.parse("\"other\"")),
                    signed.key(),
                    signed.rpId(),
                    REGISTERED,
                    REGISTERED + 1,
                    signed.assertion());
            assertWrong(() -> SignedApproval.of(granted(tampered)), "something else was signed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1.9", "3", "4294967297", "-1", "\"1\"", "null"})
    void refusesAStatementOfAnotherVersion(String version) {
        JsonObject said = with(statement(), "version", JsonValue.parse(version));

        assertWrong(() -> SignedApproval.of(granted(olga.sign(said, REGISTERED))), "of no version that is known");
    }

    @Test
    void refusesASignatureOfSomebodyElse() {
        SignedStatement foreign = Authenticator.es256().sign(statement(), REGISTERED);
        SignedStatement claimed = new SignedStatement(
                statement(), olga.key(), foreign.rpId(), REGISTERED, REGISTERED + 1, foreign.assertion());

        assertWrong(() -> SignedApproval.of(granted(claimed)), "not signed by this passkey");
    }

    @Test
    void refusesAnEntryAboutSomethingElseThanWasSigned() {
        JsonObject body = body(olga.sign(statement(), REGISTERED)).build();
        for (String member : List.of("actor", "view")) {
            assertWrong(
                    () -> SignedApproval.of(
                            entry("APPROVAL_GRANTED", with(body, member, JsonValue.parse("\"other\"")))),
                    "than what was signed");
        }
        assertWrong(
                () -> SignedApproval.of(entry("APPROVAL_GRANTED", with(body, "grants", new JsonArray(List.of())))),
                "grants something else");
    }

    @Test
    void refusesWhatABrowserOrAuthenticatorWouldNotSayOfAnApproval() {
        Map<String, Consumer<Authenticator>> lies = Map.of(
                "another type", authenticator -> authenticator.saying("payment."),
                "frame", Authenticator::inFrame,
                "nobody was there", Authenticator::withoutPresence,
                "did not verify", Authenticator::withoutVerification);
        lies.forEach((said, lie) -> {
            Authenticator authenticator = Authenticator.es256();
            lie.accept(authenticator);
            assertWrong(authenticator.sign(statement(), REGISTERED)::verify, said);
        });
        SignedStatement elsewhere =
                Authenticator.es256().forParty("evil.example").sign(statement(), REGISTERED);
        SignedStatement claimed = new SignedStatement(
                statement(), elsewhere.key(), Authenticator.RP_ID, REGISTERED, REGISTERED + 1, elsewhere.assertion());
        assertWrong(claimed::verify, "another relying party");
    }

    @Test
    void refusesADecisionAboutOtherArguments() {
        SignedApproval approval = SignedApproval.of(granted(olga.sign(statement(), REGISTERED)));
        assertWrong(() -> approval.requireAbout(List.of(decided("other"))), "'arguments'");
    }

    private static Entry changed(String kind, String view) {
        return entry(kind, JsonObject.builder().put("viewMac", view).build());
    }

    private static Entry edited(String view, String arguments) {
        return entry(
                "APPROVAL_EDITED",
                JsonObject.builder()
                        .put("viewMac", view)
                        .put("asks", asks())
                        .put(
                                "decision",
                                JsonObject.builder()
                                        .put("argumentsMac", arguments)
                                        .build())
                        .build());
    }

    @Test
    void acceptsACallAsItWasChangedByThen() {
        JsonObject said = with(
                with(statement(), "arguments", JsonValue.parse("\"edited\"")), "view", JsonValue.parse("\"answered\""));
        JsonObject body = with(body(olga.sign(said, REGISTERED)).build(), "view", JsonValue.parse("\"answered\""));
        SignedApproval approval = SignedApproval.of(entry("APPROVAL_GRANTED", body));
        List<Entry> before = List.of(
                decided("arguments-mac"),
                edited("edited-view", "edited"),
                changed("APPROVAL_ASKED", "asked"),
                changed("APPROVAL_ANSWERED", "answered"));

        approval.requireAbout(before);

        List<Entry> withoutEdit = List.of(before.get(0), before.get(2), before.get(3));
        List<Entry> later = List.of(before.get(0), before.get(1), before.get(2), before.get(3), edited("v", "edited"));
        assertWrong(() -> approval.requireAbout(withoutEdit), "'arguments'");
        assertWrong(() -> approval.requireAbout(before.subList(0, 3)), "'view'");
        assertWrong(() -> approval.requireAbout(later), "'view'");
        assertWrong(() -> approval.requireAbout(before.subList(1, 4)), "not the decision");
    }

    private static JsonArray voices(String as, String lender) {
        return new JsonArray(List.<JsonValue>of(JsonObject.builder()
                .put("rule", "large")
                .put("group", "finance")
                .put("as", as)
                .put("for", lender)
                .put("delegation", "d1")
                .build()));
    }

    private static JsonArray grants(String as, String lender) {
        return new JsonArray(List.<JsonValue>of(JsonObject.builder()
                .put("rule", "large")
                .put("group", as)
                .put("for", lender)
                .put("delegation", "d1")
                .build()));
    }

    private SignedApproval lent(String as, JsonArray grants) {
        JsonObject said = with(with(statement(), "version", JsonValue.parse("2")), "asks", voices(as, "pat"));
        return SignedApproval.of(
                entry("APPROVAL_GRANTED", with(body(olga.sign(said, REGISTERED)).build(), "grants", grants)));
    }

    private static Entry asking(String then) {
        return entry(
                "DECIDED",
                JsonObject.builder()
                        .put("argumentsMac", "arguments-mac")
                        .put("definition", "sha256:definition")
                        .put(
                                "approval",
                                JsonValue.parse(
                                        "{\"viewMac\":\"view-mac\",\"asks\":[{\"rule\":\"large\",\"group\":\"finance\","
                                                + "\"then\":[{\"group\":\"legal\",\"after\":\"" + then + "\"}]}]}"))
                        .build());
    }

    @Test
    void aStatementSaysAsWhomAndForWhom() {
        lent("finance", grants("finance", "pat")).requireAbout(List.of(asking("PT1H")));

        assertWrong(() -> lent("finance", grants("legal", "pat")), "grants something else");
        assertWrong(() -> lent("finance", grants("finance", "eve")), "grants something else");
        assertWrong(() -> lent("finance", asks()), "grants something else");
    }

    @Test
    void aGroupFurtherUpTheLadderIsAskedInItsTime() {
        SignedApproval approval = lent("legal", grants("legal", "pat"));

        approval.requireAbout(List.of(asking("PT0S")));
        assertWrong(() -> approval.requireAbout(List.of(asking("PT1S"))), "had not asked by then");
        assertWrong(() -> approval.requireAbout(List.of(asking("soon"))), "had not asked by then");
        assertWrong(
                () -> lent("sales", grants("sales", "pat")).requireAbout(List.of(asking("PT0S"))),
                "had not asked by then");
    }

    @Test
    void aRuleThatAsksOnlySinceAChangeCountsFromThere() {
        SignedApproval approval = lent("legal", grants("legal", "pat"));
        Entry before = asking("PT0S");
        JsonObject asks = before.body().object("approval").orElseThrow();

        approval.requireAbout(List.of(since(before, asks, "2026-01-02T12:00:00Z")));
        assertWrong(
                () -> approval.requireAbout(List.of(since(before, asks, "2026-01-02T12:00:01Z"))),
                "had not asked by then");
    }

    private static Entry since(Entry decided, JsonObject approval, String since) {
        JsonObject ask =
                (JsonObject) approval.array("asks").orElseThrow().items().get(0);
        JsonArray asks = new JsonArray(List.of(with(ask, "since", JsonValue.parse("\"" + since + "\""))));
        return entry("DECIDED", with(decided.body(), "approval", with(approval, "asks", asks)));
    }

    @Test
    void whatWasLentIsWhatTheDelegationSays() {
        SignedApproval approval = lent("finance", grants("finance", "pat"));
        JsonObject good = (JsonObject) JsonValue.parse("{\"id\":\"d1\",\"lender\":\"pat\",\"to\":\"olga\","
                + "\"groups\":[\"finance\"],\"until\":\"2026-01-02T12:00:01Z\"}");

        assertThat(approval.delegations()).containsExactly("d1");
        approval.requireLent(entry("DELEGATION_CREATED", good));

        Map.of("lender", "\"eve\"", "to", "\"eve\"", "groups", "[\"legal\"]", "until", "\"2026-01-02T12:00:00Z\"")
                .forEach((member, value) -> assertWrong(
                        () -> approval.requireLent(
                                entry("DELEGATION_CREATED", with(good, member, JsonValue.parse(value)))),
                        "lends something else"));
    }

    @Test
    void refusesARegistrationOfAnotherKeyOrPersonOrPlace() {
        SignedApproval approval = SignedApproval.of(granted(olga.sign(statement(), REGISTERED)));
        Stream.<Runnable>of(
                        () -> approval.requireRegistered(
                                REGISTERED, registered(Authenticator.es256().key(), "olga")),
                        () -> approval.requireRegistered(REGISTERED, registered(olga.key(), "mallory")),
                        () -> approval.requireRegistered(REGISTERED + 1, registered(olga.key(), "olga")))
                .forEach(check -> assertWrong(check, "regist"));
    }

    @Test
    void aPasskeyIsConfirmedBySomebodyElseOrByAnotherPasskey() {
        SignedApproval approval = SignedApproval.of(granted(olga.sign(statement(), REGISTERED)));
        JsonObject body = JsonObject.builder().put("id", olga.key().id()).build();
        JsonObject vouching = JsonObject.builder()
                .put("type", SignedStatement.CONFIRMATION)
                .put("passkey", olga.key().id())
                .build();
        UnaryOperator<JsonObject> byOlga = json -> with(json, "actor", JsonValue.parse("\"olga\""));

        approval.requireConfirmed(
                REGISTERED + 1, entry("PASSKEY_CONFIRMED", with(body, "actor", JsonValue.parse("\"root\""))));
        approval.requireConfirmed(
                REGISTERED + 1,
                entry(
                        "PASSKEY_CONFIRMED",
                        byOlga.apply(with(
                                body,
                                "signed",
                                Authenticator.es256().sign(vouching, 3).toJson()))));
        assertWrong(
                () -> approval.requireConfirmed(REGISTERED + 1, entry("PASSKEY_CONFIRMED", byOlga.apply(body))),
                "by nobody else");
    }

    @Test
    void refusesMalformedMembersWithoutBreaking() {
        JsonObject good = olga.sign(statement(), REGISTERED).toJson();
        List<String> bad = List.of("\"\"", "\"AAAA\"", "\"%%\"", "\"AB\"", "1e9", "-1", "0.5", "null", "{}", "[]");
        for (String member : good.members().keySet()) {
            for (String value : bad) {
                JsonObject body = with(
                        body(olga.sign(statement(), REGISTERED)).build(),
                        "signed",
                        with(good, member, JsonValue.parse(value)));
                if (List.of("registered", "confirmed").contains(member)
                        && List.of("1e9", "-1").contains(value)) {
                    continue;
                }
                assertThatThrownBy(() -> SignedApproval.of(entry("APPROVAL_GRANTED", body)))
                        .as("%s: %s", member, value)
                        .isInstanceOf(VerificationException.class);
            }
        }
    }

    @Test
    void refusesKeysThatAreTooWeakOrOnAnotherCurve() throws Exception {
        KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
        small.initialize(1_024);
        KeyPairGenerator other = KeyPairGenerator.getInstance("EC");
        other.initialize(384);

        assertWrong(
                () -> PasskeyKey.of(
                        new byte[16],
                        PasskeyKey.RS256,
                        small.generateKeyPair().getPublic().getEncoded()),
                "2,048");
        assertWrong(
                () -> PasskeyKey.of(
                        new byte[16],
                        PasskeyKey.ES256,
                        other.generateKeyPair().getPublic().getEncoded()),
                "P-256");
    }
}
