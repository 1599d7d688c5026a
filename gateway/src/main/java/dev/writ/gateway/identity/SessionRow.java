package dev.writ.gateway.identity;

import dev.writ.gateway.auditing.GovernedRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A session as the database has it. */
@Entity
@Table(name = "session")
class SessionRow extends GovernedRow {

    @Id
    String id = "";

    String agent = "";

    /** A pseudonym, or nothing. */
    String subject = "";

    boolean says(Session session) {
        return id.equals(session.id())
                && agent.equals(session.agent())
                && subject.equals(session.person().orElse(""));
    }
}
