package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.gateway.auditing.Topics;
import java.util.Optional;

/**
 * Whose history a call belongs to: the agent and the person it acts for. Never the session, which a caller can change.
 *
 * @param pseudonym of the person; {@link #NOBODY} if the agent acts for itself
 */
record Identity(String agent, String pseudonym) {

    /** Stands where a pseudonym would, if there is no person. No pseudonym is so short. */
    static final String NOBODY = "-";

    /** The identity a call entry belongs to; empty for entries of other kinds. */
    static Optional<Identity> of(Entry entry) {
        if (!CallEntries.KINDS.contains(entry.kind())) {
            return Optional.empty();
        }
        return entry.column(Column.AGENT)
                .flatMap(agent -> entry.column(Column.SUBJECT).map(subject -> new Identity(agent, subject)));
    }

    String topic() {
        return Topics.identity(agent, pseudonym);
    }

    /** Whose key encrypts what its entries keep confidential. */
    String subjectKey() {
        return pseudonym.equals(NOBODY) ? "agent/" + agent : "person/" + pseudonym;
    }
}
