package dev.writ.gateway.approval;

import dev.writ.model.Requirement;
import java.time.Instant;

/**
 * What one rule asks of people before a call may run.
 *
 * @param expiresAt from then on nobody can answer it any more
 */
public record Ask(String rule, String reason, Requirement requirement, Instant expiresAt) {}
