package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.gateway.auditing.Topics;
import java.util.Map;
import java.util.Optional;

/**
 * Whose history a call belongs to: the agent and the person it acts for. Never the session, which a caller can change.
 *
 * @param pseudonym of the person; {@link #NOBODY} if the agent acts for itself
 */
record Identity(String agent, String pseudonym) implements Whose {

    /** Stands where a pseudonym would, if there is no person. No pseudonym is so short. */
    static final String NOBODY = "-";

    /** The identity whose history an entry belongs to; empty for entries of other kinds, those of rehearsals among them. */
    static Optional<Identity> of(Entry entry) {
        return CallEntries.KINDS.contains(entry.kind()) ? named(entry) : Optional.empty();
    }

    /** The identity that a call's entry names, of a rehearsal too. */
    static Optional<Identity> named(Entry entry) {
        return entry.column(Column.AGENT)
                .flatMap(agent -> entry.column(Column.SUBJECT).map(subject -> new Identity(agent, subject)));
    }

    boolean isOfNobody() {
        return pseudonym.equals(NOBODY);
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Map<Column, String> columns() {
        return Map.of(Column.AGENT, agent, Column.SUBJECT, pseudonym);
    }

    @Override
    public boolean mayHold(String subjectKey) {
        return subjectKey.equals(subjectKey());
    }

    @Override
    public String topic() {
        return Topics.identity(agent, pseudonym);
    }

    /** Whose key encrypts what its entries keep confidential. */
    String subjectKey() {
        return isOfNobody() ? "agent/" + agent : "person/" + pseudonym;
    }
}
