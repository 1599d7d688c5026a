package dev.writ.gateway.approval;

import dev.writ.gateway.wire.Page;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

@ApplicationScoped
class ApprovalRows implements PanacheRepositoryBase<ApprovalRow, String> {

    /** The same as in the statement; in no name. */
    private static final String SEPARATOR = "\u001f";

    private static final String PERSON = "person/";
    private static final String AGENT = "agent/";

    /** One page of rows, newest first. */
    Uni<List<ApprovalRow>> page(Filter filter, Page.Request page) {
        // The state is part of the text, so that PostgreSQL sees which index holds it, whatever the parameters are.
        StringBuilder sql = new StringBuilder("SELECT * FROM writ.approval WHERE state = '")
                .append(filter.state().text())
                .append('\'');
        filter.agent().ifPresent(agent -> sql.append(" AND agent = :agent"));
        filter.groups().ifPresent(groups -> sql.append(" AND groups && string_to_array(:groups, chr(31))"));
        if (!page.after().isEmpty()) {
            sql.append(" AND call < :after");
        }
        sql.append(" ORDER BY call DESC");
        return getSession().chain(session -> {
            Mutiny.SelectionQuery<ApprovalRow> query =
                    session.createNativeQuery(sql.toString(), ApprovalRow.class).setMaxResults(page.rows());
            filter.agent().ifPresent(agent -> query.setParameter("agent", agent));
            filter.groups().ifPresent(groups -> query.setParameter("groups", String.join(SEPARATOR, groups)));
            if (!page.after().isEmpty()) {
                query.setParameter("after", page.after());
            }
            return query.getResultList();
        });
    }

    Uni<Long> countOpen(String agent) {
        return count("agent = ?1 and state = 'open'", agent);
    }

    /** Rows of open approvals whose calls are recorded under that subject key. */
    Uni<List<ApprovalRow>> openOf(String subjectKey) {
        return subjectKey.startsWith(PERSON)
                ? list("state = 'open' and subject = ?1", subjectKey.substring(PERSON.length()))
                : list("state = 'open' and subject = '-' and agent = ?1", subjectKey.substring(AGENT.length()));
    }

    /** The row of the oldest open approval, if there is any. */
    Uni<List<ApprovalRow>> oldestOpen() {
        return find("state = 'open'", Sort.by("call")).page(0, 1).list();
    }

    /** Rows of open approvals of the same call: as many as there were policies that asked differently. */
    Uni<List<ApprovalRow>> openLike(Escalation escalation) {
        return list(
                "state = 'open' and agent = ?1 and subject = ?2 and tool = ?3 and argumentsMac = ?4 and session = ?5",
                escalation.agent(),
                escalation.subject(),
                escalation.tool().value(),
                escalation.argumentsMac(),
                escalation.session());
    }

    /** Rows of approved calls that are the same, and whose time is not over when that one would be opened. */
    Uni<List<ApprovalRow>> approvedLike(Escalation escalation) {
        return list(
                "state = 'approved' and agent = ?1 and subject = ?2 and tool = ?3 and argumentsMac = ?4 and session = ?5"
                        + " and expiresAt > ?6",
                escalation.agent(),
                escalation.subject(),
                escalation.tool().value(),
                escalation.argumentsMac(),
                escalation.session(),
                escalation.openedAt());
    }
}
