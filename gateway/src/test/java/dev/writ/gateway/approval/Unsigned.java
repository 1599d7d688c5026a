package dev.writ.gateway.approval;

import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Nobody has a passkey. */
final class Unsigned implements Signatures {

    static final Signatures SIGNATURES = new Unsigned();

    @Override
    public Set<String> topics(Escalation escalation, String approver) {
        return Set.of();
    }

    @Override
    public JsonObject statement(Approval approval, Approver by, List<Voice> voices, Instant at, List<Recorded> since) {
        throw new AssertionError("nothing is to be signed");
    }

    @Override
    public SignedGrant verify(
            Approval approval, Approver by, List<Voice> voices, Signature signature, Instant at, List<Recorded> since) {
        throw new AssertionError("nothing was signed");
    }

    @Override
    public boolean isRevokedAfter(String passkey, List<Recorded> since) {
        return false;
    }
}
