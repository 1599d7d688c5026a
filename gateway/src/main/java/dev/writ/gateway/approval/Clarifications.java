package dev.writ.gateway.approval;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Questions of approvers to the agent, and its answers. Both become part of what is to be approved; what was granted before stays, since the
 * call is the same, and so does its time.
 */
@ApplicationScoped
public class Clarifications {

    private static final int LONGEST_QUESTION = 1_000;
    private static final int LONGEST_ANSWER = 4_000;

    private final Journal journal;
    private final Approvals approvals;
    private final Pseudonyms pseudonyms;
    private final ApprovalConfig config;

    Clarifications(Journal journal, Approvals approvals, Pseudonyms pseudonyms, ApprovalConfig config) {
        this.journal = journal;
        this.approvals = approvals;
        this.pseudonyms = pseudonyms;
        this.config = config;
    }

    /** Records what somebody who may answer asks instead. One question at a time is open. */
    Uni<Approval> ask(CallId call, Approver by, @Nullable String text) {
        String question = Wording.of("question", text, LONGEST_QUESTION);
        return approvals.answer(call, by, (approval, candidate, since, at) -> {
            candidate.toRefuse(approval, since, at);
            approvals.requireThere(approval, since);
            approval.question().ifPresent(open -> {
                throw Approvals.conflict("The agent has yet to answer an earlier question. Nothing was recorded.");
            });
            if (approval.clarifications().size() >= config.maxQuestions()) {
                throw Approvals.conflict("The agent was asked " + config.maxQuestions()
                        + " questions, and no more may be. Approve it or refuse it; nothing was recorded.");
            }
            JsonObject view =
                    ClarificationEntries.withQuestion(approval.escalation().view(), by, question, at);
            return new Settled<>(
                    ClarificationEntries.asked(approval, by, question, revision(view), at), List.of(), approval);
        });
    }

    /** Records what the agent says to the question that is open. Whether the call is the agent's must have been checked. */
    public Uni<Approval> answer(CallId call, Principal by, @Nullable String text) {
        String answer = Wording.of("answer", text, LONGEST_ANSWER);
        long readAt = journal.size();
        Instant at = journal.now();
        return approvals
                .existing(call)
                .chain(approval -> approvals.record(Actor.of(by), approval, readAt, (now, since) -> {
                    Approvals.requireOpen(now, at);
                    if (now.question().isEmpty()) {
                        throw Approvals.conflict("No question about this call is open. Nothing was recorded.");
                    }
                    approvals.requireThere(now, since);
                    JsonObject view =
                            ClarificationEntries.withAnswer(now.escalation().view(), answer, at);
                    return new Settled<>(
                            ClarificationEntries.answered(now, answer, revision(view), at), List.of(), now);
                }))
                .onFailure(AuditUnavailableException.class)
                .transform(failure -> Approvals.unknown(call));
    }

    private Revision revision(JsonObject view) {
        return new Revision(view, pseudonyms.mac("view", view.toJson()));
    }
}
