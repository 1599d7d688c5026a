package dev.writ.audit;

import dev.writ.model.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An entry {@code APPROVAL_GRANTED} that was signed, and what it is about, from leaves alone: no key of the log's, no database.
 * Everything here fails with a {@link VerificationException} that says what is wrong.
 */
public final class SignedApproval {

    /** The kind of entry that approves. */
    public static final String GRANTED = "APPROVAL_GRANTED";

    private static final String DECIDED = "DECIDED";
    private static final String REGISTERED = "PASSKEY_REGISTERED";
    private static final String CONFIRMED = "PASSKEY_CONFIRMED";

    private final Entry granted;
    private final SignedStatement signed;

    private SignedApproval(Entry granted, SignedStatement signed) {
        this.granted = granted;
        this.signed = signed;
    }

    /** Checks that the entry is the approval that its statement says, and that the statement was signed. */
    public static SignedApproval of(Entry granted) {
        if (!granted.kind().equals(GRANTED)) {
            throw new VerificationException("it is no approval");
        }
        SignedStatement signed =
                SignedStatement.of(granted).orElseThrow(() -> new VerificationException("the approval was not signed"));
        signed.verify();
        SignedApproval approval = new SignedApproval(granted, signed);
        approval.require("type", SignedStatement.APPROVAL);
        approval.require("decision", "approve");
        approval.require("call", granted.column(Column.CALL));
        approval.require("tool", granted.column(Column.TOOL));
        approval.require("approver", granted.body().text("actor"));
        approval.require("view", granted.body().text("view"));
        // As whose member somebody answers a rule is for the gateway to say; which rules they answer is theirs.
        if (!rules(signed.statement(), "asks").equals(rules(granted.body(), "grants"))) {
            throw new VerificationException("the entry grants something else than what was signed");
        }
        return approval;
    }

    public SignedStatement signed() {
        return signed;
    }

    /** Whether this is the decision that made the call wait, whatever it was about. */
    public boolean isDecision(Entry entry) {
        return entry.kind().equals(DECIDED)
                && entry.column(Column.CALL).equals(granted.column(Column.CALL))
                && entry.body().object("approval").isPresent();
    }

    /** Checks that this is the decision that made the call wait, and about what the statement says. */
    public void requireAbout(Entry decided) {
        if (!decided.kind().equals(DECIDED)) {
            throw new VerificationException("it is no decision");
        }
        require("call", decided.column(Column.CALL));
        require("arguments", decided.body().text("argumentsMac"));
        require("definition", decided.body().text("definition"));
        require("view", decided.body().object("approval").flatMap(approval -> approval.text("viewMac")));
    }

    /** Checks that this entry registers the passkey, for who approved. */
    public void requireRegistered(long index, Entry registered) {
        if (!registered.kind().equals(REGISTERED) || index != signed.registered()) {
            throw new VerificationException("it is not the entry that registers the passkey");
        }
        if (!SignedStatement.key(registered.body()).equals(signed.key())
                || !registered.body().text("rpId").equals(Optional.of(signed.rpId()))
                || !registered.body().text("actor").equals(granted.body().text("actor"))) {
            throw new VerificationException("another passkey was registered, or somebody else's");
        }
    }

    /** Checks that this entry lets the passkey count. */
    public void requireConfirmed(long index, Entry confirmed) {
        if (!confirmed.kind().equals(CONFIRMED)
                || index != signed.confirmed()
                || !confirmed.body().text("id").equals(Optional.of(signed.key().id()))) {
            throw new VerificationException("it is not the entry that confirms the passkey");
        }
        Optional<SignedStatement> vouched = SignedStatement.of(confirmed);
        vouched.ifPresent(SignedStatement::verify);
        boolean isVouched = vouched.map(SignedStatement::statement)
                .filter(said -> said.text("type").equals(Optional.of(SignedStatement.CONFIRMATION))
                        && said.text("passkey").equals(Optional.of(signed.key().id())))
                .isPresent();
        boolean isSomebodyElse =
                !confirmed.body().text("actor").equals(granted.body().text("actor"));
        if (!isVouched && (vouched.isPresent() || !isSomebodyElse)) {
            throw new VerificationException("the passkey was confirmed by nobody else, and by no other passkey");
        }
    }

    private void require(String member, Optional<String> expected) {
        if (expected.isEmpty() || !signed.statement().text(member).equals(expected)) {
            throw new VerificationException("the entry says another '" + member + "' than what was signed");
        }
    }

    private void require(String member, String expected) {
        require(member, Optional.of(expected));
    }

    private static Set<String> rules(JsonObject json, String name) {
        return json.array(name).stream()
                .flatMap(array -> array.items().stream())
                .filter(JsonObject.class::isInstance)
                .map(item -> ((JsonObject) item).text("rule").orElse(""))
                .collect(Collectors.toSet());
    }
}
