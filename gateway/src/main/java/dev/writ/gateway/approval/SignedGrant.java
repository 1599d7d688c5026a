package dev.writ.gateway.approval;

import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.SignedStatement;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the signature of an approval adds to its entry.
 *
 * @param rows that the entry changes besides
 */
public record SignedGrant(SignedStatement statement, List<RowChange> rows) {

    public SignedGrant {
        rows = List.copyOf(rows);
    }

    /**
     * The signature, checked; empty if there is none and none is asked for.
     *
     * @throws Problem if it does not count, or one is asked for and there is none
     */
    static Optional<SignedGrant> of(
            Signatures signatures,
            Approval approval,
            Approver by,
            Entitlement entitled,
            Optional<Signature> signature,
            Instant at,
            List<Recorded> since) {
        if (signature.isEmpty()
                && entitled.asks().stream().anyMatch(ask -> ask.requirement().signed())) {
            String challenge = "/v1/approvals/" + approval.call() + "/challenge";
            throw new Problem(
                            ProblemType.UNPROCESSABLE,
                            "The rule asks for an approval that is signed with your passkey. GET " + challenge
                                    + " answers what to sign; send it as 'statement', and the signature as 'assertion'. Nothing was"
                                    + " recorded.")
                    .with("challenge", new JsonString(challenge));
        }
        return signature.map(given -> signatures.verify(approval, by, entitled.voices(), given, at, since));
    }

    /** Of an entry about that call: a signature is counted, so other signatures of the same approver depend on it. */
    static Set<String> topics(CallId call, JsonObject body) {
        return body.object(SignedStatement.MEMBER)
                .flatMap(signed -> signed.object("statement"))
                .flatMap(statement -> statement.text("approver"))
                .map(approver -> Set.of(Topics.approval(call), Topics.passkeys(approver)))
                .orElseGet(() -> Set.of(Topics.approval(call)));
    }
}
