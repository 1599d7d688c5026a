package dev.writ.gateway.approval;

import dev.writ.gateway.auditing.GovernedRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;

/** An approval as the database has it. */
@Entity
@Table(name = "approval")
class ApprovalRow extends GovernedRow {

    @Id
    String call = "";

    String state = "";

    String agent = "";

    /** A pseudonym, or {@code -}. */
    String subject = "";

    String tool = "";

    @Column(name = "arguments_mac")
    String argumentsMac = "";

    /** Empty if there is none. */
    String session = "";

    String[] groups = {};

    @Column(name = "opened_at")
    Instant openedAt = Instant.EPOCH;

    @Column(name = "expires_at")
    Instant expiresAt = Instant.EPOCH;

    /** Whether this row follows from those entries, and says what they say. */
    boolean says(Approval approval) {
        Escalation escalation = approval.escalation();
        return follows(approval.changed())
                && call.equals(escalation.call().toString())
                && state.equals(approval.state().text())
                && agent.equals(escalation.agent())
                && subject.equals(escalation.subject())
                && tool.equals(escalation.tool().value())
                && argumentsMac.equals(escalation.argumentsMac())
                && session.equals(escalation.session())
                && new HashSet<>(Arrays.asList(groups)).equals(approval.groups())
                && openedAt.equals(escalation.openedAt())
                && expiresAt.equals(escalation.expiresAt());
    }
}
