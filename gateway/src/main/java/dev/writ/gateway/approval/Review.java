package dev.writ.gateway.approval;

import dev.writ.model.CallId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What has to be looked at afterwards: somebody broke the glass. As long as it is open nobody has.
 *
 * @param index of the entry that opened it, which is its id
 * @param subject pseudonym of the person the agent acted for
 * @param by the principal who broke the glass
 * @param person pseudonym of the person that their key named
 * @param groups that were not waited for
 * @param reason they gave; absent once it was erased
 * @param subjectKey whose key encrypts what people say of the call
 * @param due from then on it is overdue
 */
record Review(
        long index,
        CallId call,
        String agent,
        String subject,
        String tool,
        String by,
        Optional<String> person,
        List<String> groups,
        Optional<String> reason,
        String subjectKey,
        Instant at,
        Instant due) {

    Review {
        groups = List.copyOf(groups);
    }

    /** The same, once what people said of the call was erased. */
    Review withoutReason() {
        return new Review(index, call, agent, subject, tool, by, person, groups, Optional.empty(), subjectKey, at, due);
    }

    boolean isOverdueAt(Instant now) {
        return !now.isBefore(due);
    }

    @Override
    public String toString() {
        return "Review[" + index + ", " + call + "]";
    }
}
