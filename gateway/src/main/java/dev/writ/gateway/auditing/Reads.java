package dev.writ.gateway.auditing;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records who is shown what of the log, before it is shown. Whatever cannot be recorded is not shown.
 *
 * <p>Each answer has an entry of its own, also each page of a listing: an entry is a fraction of the page it is about, and what was
 * folded in memory would be lost with the process, or with the next page being answered by another replica.
 */
@ApplicationScoped
public class Reads {

    static final String KIND = "AUDIT_READ";

    private final Journal journal;

    Reads(Journal journal) {
        this.journal = journal;
    }

    /**
     * Records one answer that is about to be given.
     *
     * @param what kind of question it answers, such as {@code entries}
     * @param asked what was asked and how much of the log answers it: no personal datum but as a pseudonym, and nothing that was
     *     typed but as a keyed digest, as this cannot be erased
     * @return fails with a {@link Problem} if it is not recorded
     */
    public Uni<Void> record(Actor by, String what, JsonObject asked) {
        JsonObject.Builder body = JsonObject.builder().put("what", what);
        asked.members().forEach(body::put);
        return journal.record(by, KIND, List.of(), Set.of(), Map.of(), body.build(), List.of(), List.of())
                .replaceWithVoid()
                .onFailure(AuditUnavailableException.class)
                .transform(Reads::refusal);
    }

    private static Problem refusal(AuditUnavailableException failure) {
        return new Problem(
                failure.reason() == AuditUnavailableException.Reason.BACKPRESSURE
                        ? ProblemType.AUDIT_BACKPRESSURE
                        : ProblemType.AUDIT_UNAVAILABLE,
                "Who reads the log is recorded in it first. That did not succeed, so nothing is shown. Retry.");
    }
}
