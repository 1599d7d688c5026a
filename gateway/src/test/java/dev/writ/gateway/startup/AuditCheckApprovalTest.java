package dev.writ.gateway.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Authenticator;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.FolderLog;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogSigner;
import dev.writ.audit.PasskeyKey;
import dev.writ.audit.SignedStatement;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a log in a folder, of four entries: a passkey is registered and confirmed, a call waits, and is approved. */
class AuditCheckApprovalTest {

    private static final PrintStream OUT = System.out;
    private static final LogSigner SIGNER = LogSigner.generate("log.test", new SecureRandom());
    private static final String VKEY = SIGNER.verifierKey().vkey();
    private static final String CALL = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    private static final JsonArray ASKS = new JsonArray(List.of(
            JsonObject.builder().put("rule", "large").put("group", "finance").build()));

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Authenticator olga = Authenticator.es256();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setOut(OUT);
    }

    private static JsonObject statement() {
        return JsonObject.builder()
                .put("type", SignedStatement.APPROVAL)
                .put("version", 1)
                .put("decision", "approve")
                .put("call", CALL)
                .put("tool", "bank.pay")
                .put("arguments", "a")
                .put("definition", "d")
                .put("view", "v")
                .put("asks", ASKS)
                .put("approver", "olga")
                .build();
    }

    private static Leaf leaf(String kind, JsonObject body) {
        return Leaf.of(
                new Entry(
                        kind,
                        Instant.parse("2026-01-02T12:00:00Z"),
                        List.of(),
                        Set.of(),
                        Map.of(Column.CALL, CALL, Column.TOOL, "bank.pay"),
                        body,
                        "writ",
                        List.of()),
                Map.of());
    }

    private static Leaf registered(PasskeyKey key) {
        JsonObject.Builder body = JsonObject.builder().put("actor", "olga").put("rpId", Authenticator.RP_ID);
        SignedStatement.put(body, key);
        return leaf("PASSKEY_REGISTERED", body.build());
    }

    private Leaf confirmed(String by) {
        return leaf(
                "PASSKEY_CONFIRMED",
                JsonObject.builder().put("id", olga.key().id()).put("actor", by).build());
    }

    private static Leaf decided(String arguments) {
        return leaf(
                "DECIDED",
                JsonObject.builder()
                        .put("argumentsMac", arguments)
                        .put("definition", "d")
                        .put(
                                "approval",
                                JsonObject.builder().put("viewMac", "v").build())
                        .build());
    }

    private static Leaf granted(JsonObject signed) {
        return leaf(
                "APPROVAL_GRANTED",
                JsonObject.builder()
                        .put("actor", "olga")
                        .put("view", "v")
                        .put("grants", ASKS)
                        .put("signed", signed)
                        .build());
    }

    private static JsonObject with(JsonObject json, String member, JsonValue value) {
        JsonObject.Builder changed = JsonObject.builder();
        json.members().forEach(changed::put);
        return changed.put(member, value).build();
    }

    /** What the command says of a log of these entries, of which those are proved. */
    private int check(List<Leaf> leaves, int... proved) {
        Path log = folder.resolve("log");
        FolderLog.write(
                log, SIGNER, leaves.size(), index -> leaves.get((int) index).bytes());
        List<String> arguments = new ArrayList<>(List.of("audit", "check-approval", "--vkey", VKEY));
        for (int index : proved) {
            String file = folder.resolve(index + ".proof").toString();
            assertThat(Main.commands()
                            .execute("audit", "prove", Integer.toString(index), "--url", log.toString(), "--out", file))
                    .isZero();
            arguments.add(file);
        }
        return Main.commands().execute(arguments.toArray(String[]::new));
    }

    private List<Leaf> good() {
        return List.of(
                registered(olga.key()),
                confirmed("root"),
                decided("a"),
                granted(olga.sign(statement(), 0).toJson()));
    }

    private List<Leaf> with(int index, Leaf other) {
        List<Leaf> leaves = new ArrayList<>(good());
        leaves.set(index, other);
        return leaves;
    }

    @Test
    void saysThatAnApprovalIsSigned() {
        assertThat(check(good(), 0, 1, 2, 3)).isZero();
        assertThat(out.toString(UTF_8))
                .contains(
                        "The approval in entry 3 is signed",
                        "origin   " + Authenticator.ORIGIN,
                        "\"approver\":\"olga\"");
    }

    @Test
    void checksACallThatWasChangedAsItWasByThen() {
        JsonObject said = with(with(statement(), "arguments", new JsonString("b")), "view", new JsonString("w"));
        Leaf edited = leaf(
                "APPROVAL_EDITED",
                JsonObject.builder()
                        .put("viewMac", "w")
                        .put(
                                "decision",
                                JsonObject.builder().put("argumentsMac", "b").build())
                        .build());
        Leaf granted = leaf(
                "APPROVAL_GRANTED",
                JsonObject.builder()
                        .put("actor", "olga")
                        .put("view", "w")
                        .put("grants", ASKS)
                        .put("signed", olga.sign(said, 0).toJson())
                        .build());
        List<Leaf> leaves = List.of(good().get(0), good().get(1), decided("a"), edited, granted, edited);

        assertThat(check(leaves, 0, 1, 2, 3, 4)).isZero();
        assertThat(check(leaves, 0, 1, 2, 4)).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("'arguments'", "all that changed the call has to be there");
    }

    @Test
    void saysThatAChangeMadeItVoid() {
        List<Leaf> leaves = new ArrayList<>(good());
        leaves.add(leaf("APPROVAL_EDITED", JsonObject.empty()));

        assertThat(check(leaves, 0, 1, 2, 3, 4)).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("NOT proved: the approval in entry 3 is void", "in entry 4")
                .doesNotContain("is signed, by a passkey that counted");
    }

    /** The passkey, the call, its delegation by that leaf, and the approval that is signed for its lender. */
    private List<Leaf> lent(Leaf... delegation) {
        JsonArray voices = (JsonArray) JsonValue.parse("[{\"rule\":\"large\",\"group\":\"finance\",\"as\":\"finance\","
                + "\"for\":\"pat\",\"delegation\":\"d1\"}]");
        JsonObject said = with(with(statement(), "version", JsonValue.parse("2")), "asks", voices);
        Leaf decided = leaf(
                "DECIDED",
                JsonObject.builder()
                        .put("argumentsMac", "a")
                        .put("definition", "d")
                        .put("approval", JsonValue.parse("{\"viewMac\":\"v\",\"asks\":" + ASKS.toJson() + "}"))
                        .build());
        Leaf granted = leaf(
                "APPROVAL_GRANTED",
                JsonObject.builder()
                        .put("actor", "olga")
                        .put("view", "v")
                        .put("grants", voices)
                        .put("signed", olga.sign(said, 0).toJson())
                        .build());
        List<Leaf> leaves = new ArrayList<>(List.of(good().get(0), good().get(1), decided));
        leaves.addAll(List.of(delegation));
        leaves.add(granted);
        return leaves;
    }

    @Test
    void saysForWhomItWasSigned() {
        assertThat(check(lent(delegation("olga")), 0, 1, 2, 3, 4)).isZero();
        assertThat(out.toString(UTF_8)).contains("is signed, by a passkey that counted", "d1, as proved");
    }

    @Test
    void whatNoFileSaysWasLentIsNotProved() {
        assertThat(check(lent(delegation("olga")), 0, 1, 2, 4)).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("NOT proved", "no file proves delegation d1", "DELEGATION_CREATED")
                .doesNotContain("is signed, by a passkey that counted");
    }

    @Test
    void whatWasLentToSomebodyElseIsNotProved() {
        assertThat(check(lent(delegation("eve")), 0, 1, 2, 3, 4)).isEqualTo(1);
        assertThat(out.toString(UTF_8)).doesNotContain("is signed, by a passkey that counted");
    }

    @Test
    void whatHadEndedByThenIsNotLent() {
        Leaf ended =
                leaf("DELEGATION_ENDED", JsonObject.builder().put("id", "d1").build());
        Leaf another =
                leaf("DELEGATION_ENDED", JsonObject.builder().put("id", "d2").build());

        assertThat(check(lent(delegation("olga"), ended), 0, 1, 2, 3, 4, 5)).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("d1", "had ended with entry 4");
        assertThat(check(lent(delegation("olga"), another), 0, 1, 2, 3, 4, 5)).isZero();
    }

    @Test
    void whatEndsAfterwardsWasLent() {
        List<Leaf> leaves = lent(delegation("olga"));
        leaves.add(leaf("DELEGATION_ENDED", JsonObject.builder().put("id", "d1").build()));

        assertThat(check(leaves, 0, 1, 2, 3, 4, 5)).isZero();
    }

    private static Leaf delegation(String to) {
        return leaf("DELEGATION_CREATED", (JsonObject) JsonValue.parse("{\"id\":\"d1\",\"lender\":\"pat\",\"to\":\""
                + to + "\",\"groups\":[\"finance\"],\"until\":\"2026-01-03T00:00:00Z\"}"));
    }

    @Test
    void saysWhatIsNotProved() {
        assertThat(check(good(), 1, 2, 3)).isEqualTo(1);
        assertThat(check(good(), 0, 2, 3)).isEqualTo(1);
        assertThat(check(good(), 0, 1, 3)).isEqualTo(1);
        assertThat(check(good(), 0, 1, 2)).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains(
                        "entry 0; 'writ audit prove 0' writes it",
                        "entry 1; 'writ audit prove 1' writes it",
                        "no file proves the decision",
                        "no file proves an approval that was signed");
    }

    @Test
    void refusesASignatureThatWasTamperedWithOrIsSomebodyElses() {
        JsonObject signed = olga.sign(statement(), 0).toJson();
        JsonObject foreign = Authenticator.es256().sign(statement(), 0).toJson();
        JsonObject other = with(signed, "statement", with(statement(), "arguments", new JsonString("b")));

        assertThat(check(with(3, granted(other)), 0, 1, 2, 3)).isEqualTo(1);
        assertThat(check(
                        with(
                                3,
                                granted(with(
                                        signed,
                                        "signature",
                                        foreign.get("signature").orElseThrow()))),
                        0,
                        1,
                        2,
                        3))
                .isEqualTo(1);
        assertThat(check(with(3, granted(foreign)), 0, 1, 2, 3)).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("something else was signed", "not signed by this passkey", "another passkey was registered");
    }

    @Test
    void refusesAnApprovalOfAnotherCallOrByAPasskeyThatDidNotCount() {
        assertThat(check(with(2, decided("b")), 0, 1, 2, 3)).isEqualTo(1);
        assertThat(check(with(1, confirmed("olga")), 0, 1, 2, 3)).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("'arguments'", "by nobody else");
    }
}
