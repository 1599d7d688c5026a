package dev.writ.gateway.approval;

import dev.writ.model.Requirement;
import java.time.Instant;
import java.util.Optional;

/**
 * What one rule asks of people before a call may run.
 *
 * @param expiresAt from then on nobody can answer it any more
 * @param bundle digest of the bundle whose rule it is; absent if it is a rule of Writ's own
 * @param since when it began to ask, because somebody changed the call; absent if it asks since the call was submitted
 */
public record Ask(
        String rule,
        String reason,
        Requirement requirement,
        Instant expiresAt,
        Optional<String> bundle,
        Optional<Instant> since) {

    /** Since the call was submitted. */
    public Ask(String rule, String reason, Requirement requirement, Instant expiresAt, Optional<String> bundle) {
        this(rule, reason, requirement, expiresAt, bundle, Optional.empty());
    }
}
