package dev.writ.gateway.approval;

import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Says what approvers sign, and checks that they did. Implemented where their passkeys are known. */
public interface Signatures {

    /** Everything in the log that a signed approval depends on, but for the approval itself. */
    Set<String> topics(Escalation escalation, String approver);

    /**
     * What that approver would sign.
     *
     * @param voices what they answer, and by what right
     * @param since entries of those topics, some of which may have arrived here already
     * @throws dev.writ.gateway.problem.Problem if what would be approved is not there any more
     */
    JsonObject statement(Approval approval, Approver by, List<Voice> voices, Instant at, List<Recorded> since);

    /**
     * Checks that it is theirs, and over what is true now.
     *
     * @throws dev.writ.gateway.problem.Problem if not
     */
    SignedGrant verify(
            Approval approval, Approver by, List<Voice> voices, Signature signature, Instant at, List<Recorded> since);

    /** Whether the passkey of that id was revoked, had these entries been followed already. */
    boolean isRevokedAfter(String passkey, List<Recorded> since);
}
