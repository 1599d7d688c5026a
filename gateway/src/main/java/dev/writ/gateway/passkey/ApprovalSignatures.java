package dev.writ.gateway.passkey;

import dev.writ.audit.Recorded;
import dev.writ.audit.SignedStatement;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Escalation;
import dev.writ.gateway.approval.Signature;
import dev.writ.gateway.approval.Signatures;
import dev.writ.gateway.approval.SignedGrant;
import dev.writ.gateway.approval.Voice;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What approvers sign: the call, the digests of its arguments, of the tool's definition, of the policies in force and of what they
 * were shown, and which rules they answer. Of arguments and view these are the keyed digests that the log has.
 */
@ApplicationScoped
class ApprovalSignatures implements Signatures {

    private final Passkeys passkeys;
    private final Statements statements;
    private final ActivePolicy policy;
    private final Catalog catalog;

    ApprovalSignatures(Passkeys passkeys, Statements statements, ActivePolicy policy, Catalog catalog) {
        this.passkeys = passkeys;
        this.statements = statements;
        this.policy = policy;
        this.catalog = catalog;
    }

    @Override
    public Set<String> topics(Escalation escalation, String approver) {
        return Set.of(Topics.POLICY, Topics.tool(escalation.tool()), Topics.passkeys(approver));
    }

    @Override
    public JsonObject statement(Approval approval, Approver by, List<Voice> voices, Instant at, List<Recorded> since) {
        return statements.made(said(approval, by, voices, since), at);
    }

    @Override
    public SignedGrant verify(
            Approval approval, Approver by, List<Voice> voices, Signature signature, Instant at, List<Recorded> since) {
        RelyingParty party = passkeys.relyingParty();
        JsonObject statement = statements.current(signature.statement(), said(approval, by, voices, since), at);
        List<Passkey> usable = Passkeys.live(passkeys.after(by.name(), since), by.name());
        SignedStatement signed = Assertions.verify(statement, signature.assertion(), usable, party);
        return new SignedGrant(signed, List.of(PasskeyEntries.used(signed)));
    }

    @Override
    public boolean isRevokedAfter(String passkey, List<Recorded> since) {
        return passkeys.isRevokedAfter(passkey, since);
    }

    private JsonObject said(Approval approval, Approver by, List<Voice> voices, List<Recorded> since) {
        Escalation escalation = approval.escalation();
        String identity = Topics.identity(escalation.agent(), escalation.subject());
        return JsonObject.builder()
                .put("type", SignedStatement.APPROVAL)
                .put("version", 2)
                .put("decision", "approve")
                .put("call", escalation.call().toString())
                .put("tool", escalation.tool().value())
                .put("arguments", approval.argumentsMac())
                .put("definition", definition(approval, since))
                .put("policies", JsonArray.ofTexts(policy.after(since, identity).digests()))
                .put("view", approval.viewDigest())
                .put(
                        "asks",
                        new JsonArray(voices.stream()
                                .sorted(Comparator.comparing(
                                                (Voice voice) -> voice.ask().rule())
                                        .thenComparing(voice ->
                                                voice.ask().requirement().group()))
                                .<JsonValue>map(ApprovalSignatures::said)
                                .toList()))
                .put("approver", by.name())
                .build();
    }

    /** Which rule it answers, as whose member, and for whom if that is somebody else. */
    private static JsonObject said(Voice voice) {
        JsonObject.Builder said = JsonObject.builder()
                .put("rule", voice.ask().rule())
                .put("group", voice.ask().requirement().group())
                .put("as", voice.group());
        voice.lent().ifPresent(lent -> said.put("for", lent.lender()).put("delegation", lent.delegation()));
        return said.build();
    }

    /** As it is pinned now, which is as it was when the call was submitted. */
    private String definition(Approval approval, List<Recorded> since) {
        Optional<String> pinned = catalog.tool(approval.escalation().tool())
                .filter(tool -> catalog.isPinnedAfter(tool, since))
                .map(PinnedTool::definition)
                .map(definition -> definition.digest().value());
        return pinned.filter(
                        digest -> approval.definition().filter(digest::equals).isPresent())
                .orElseThrow(() -> new Problem(
                        ProblemType.CONFLICT,
                        "The tool is not there any more as it was when the call was submitted, so the call cannot run. Refuse"
                                + " it; nothing was recorded."));
    }
}
