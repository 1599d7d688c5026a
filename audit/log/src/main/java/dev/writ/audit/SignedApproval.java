package dev.writ.audit;

import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    private static final String DELEGATED = "DELEGATION_CREATED";
    private static final String ENDED = "DELEGATION_ENDED";
    private static final String EDITED = "APPROVAL_EDITED";

    /** What approvers see is another thing from these on. */
    private static final Set<String> CHANGES = Set.of("APPROVAL_ASKED", "APPROVAL_ANSWERED", EDITED);

    private static final String VIEW_MAC = "viewMac";

    /** Of statements. */
    private static final int NEWEST = 2;

    private final Entry granted;
    private final SignedStatement signed;
    private final int version;

    private SignedApproval(Entry granted, SignedStatement signed) {
        this.granted = granted;
        this.signed = signed;
        this.version = version(signed.statement());
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
        if (!approval.saidVoices().equals(approval.grantedVoices())) {
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

    /**
     * Checks that what was signed is the call as it was by then: with the arguments of its newest change, and the view after the newest
     * question, answer or change; and that whoever signed was asked by then.
     *
     * @param before entries of the log below the approval, by index; those of other calls do not matter. If one that changed the call is
     *     missing, this fails
     */
    public void requireAbout(List<Entry> before) {
        Entry decided = before.stream()
                .filter(this::isDecision)
                .findFirst()
                .orElseThrow(() -> new VerificationException("it is not the decision that made the call wait"));
        require("call", decided.column(Column.CALL));
        require("definition", decided.body().text("definition"));
        JsonObject opening = decided.body().object("approval").orElseThrow();
        Optional<String> arguments = decided.body().text("argumentsMac");
        Optional<String> view = opening.text(VIEW_MAC);
        JsonObject asking = opening;
        for (Entry entry : before) {
            if (CHANGES.contains(entry.kind()) && entry.column(Column.CALL).equals(granted.column(Column.CALL))) {
                view = entry.body().text(VIEW_MAC);
                if (entry.kind().equals(EDITED)) {
                    arguments = entry.body().object("decision").flatMap(decision -> decision.text("argumentsMac"));
                    asking = entry.body();
                }
            }
        }
        require("arguments", arguments);
        require("view", view);
        if (version > 1) {
            SignedVoice.requireAsked(saidVoices(), asking, decided.at(), granted.at());
        }
    }

    /** The ids of the delegations by which it was signed for others; none in statements that do not say so. */
    public Set<String> delegations() {
        return saidVoices().stream()
                .flatMap(voice -> voice.lent().stream())
                .map(SignedVoice.Lent::delegation)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether this entry makes that delegation. */
    public static boolean isDelegation(Entry entry, String id) {
        return entry.kind().equals(DELEGATED) && entry.body().text("id").equals(Optional.of(id));
    }

    /** Whether this entry ends that delegation. */
    public static boolean endsDelegation(Entry entry, String id) {
        return entry.kind().equals(ENDED) && entry.body().text("id").equals(Optional.of(id));
    }

    /** Whether this entry, which comes later in the log, makes the approval void: somebody has changed the call. */
    public boolean isVoidedBy(Entry later) {
        return later.kind().equals(EDITED) && later.column(Column.CALL).equals(granted.column(Column.CALL));
    }

    /** Checks that this entry lends what was signed by it, to whoever signed, until after they did. */
    public void requireLent(Entry delegated) {
        saidVoices().stream()
                .filter(voice -> voice.lent()
                        .filter(lent -> isDelegation(delegated, lent.delegation()))
                        .isPresent())
                .forEach(voice -> voice.requireLentBy(delegated, granted));
    }

    private static int version(JsonObject statement) {
        return statement
                .number("version")
                .flatMap(number -> IntStream.rangeClosed(1, NEWEST)
                        .filter(known -> number.compareTo(BigDecimal.valueOf(known)) == 0)
                        .boxed()
                        .findAny())
                .orElseThrow(() ->
                        new VerificationException("the statement is of no version that is known here, 1 or " + NEWEST));
    }

    /** Statements of version 1 say which rules they answer, and nothing of as whom. */
    private Set<SignedVoice> saidVoices() {
        return SignedVoice.said(signed.statement(), version);
    }

    private Set<SignedVoice> grantedVoices() {
        return SignedVoice.granted(granted.body(), version);
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
}
