package dev.writ.gateway.approval;

import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.model.CallId;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Calls that wait for people, for the pages on which people see them. What somebody may see and answer is the same as over HTTP. */
@ApplicationScoped
public class Inbox {

    private static final int LONGEST_REASON = 1_000;

    private final Approvals approvals;
    private final Callers callers;

    Inbox(Approvals approvals, Callers callers) {
        this.approvals = approvals;
        this.callers = callers;
    }

    /** What somebody has granted. */
    public record Granted(String approver, List<String> rules, Optional<String> reason, Instant at) {
        public Granted {
            rules = List.copyOf(rules);
        }
    }

    /** Whoever looks at it, in the request at hand: to be asked before anything is waited for. */
    public Viewer viewer() {
        Approver caller = callers.approver();
        boolean seesAll =
                caller.principal().has(Role.AUDITOR) || caller.principal().has(Role.OPERATOR);
        return new Viewer(caller, seesAll ? Optional.empty() : Optional.of(caller.groups()));
    }

    /** Somebody, and the groups whose escalations they see; empty if they see all. */
    public static final class Viewer {
        private final Approver approver;
        private final Optional<Set<String>> groups;

        private Viewer(Approver approver, Optional<Set<String>> groups) {
            this.approver = approver;
            this.groups = groups;
        }

        /** Those as whose member they decide. */
        public Set<String> groups() {
            return approver.groups();
        }

        private boolean sees(Approval approval) {
            return groups.map(own -> approval.escalation().groups().stream().anyMatch(own::contains))
                    .orElse(true);
        }

        private Optional<Set<String>> within(Optional<String> asked) {
            return asked.<Optional<Set<String>>>map(group -> Optional.of(
                            groups.filter(own -> !own.contains(group)).isPresent() ? Set.of() : Set.of(group)))
                    .orElse(groups);
        }
    }

    /** One page of those in that state, newest first. */
    public Uni<Page<Approval>> list(
            Viewer viewer, Approval.State state, Optional<String> agent, Optional<String> group, Page.Request page) {
        return approvals.list(new Filter(state, agent, viewer.within(group)), page);
    }

    /** The approval of that call; fails with a {@link Problem} if there is none that they see. */
    public Uni<Approval> find(Viewer viewer, String call) {
        return approvals
                .find(callId(call))
                .map(found -> found.filter(viewer::sees).orElseThrow(Inbox::none));
    }

    /** Other open ones that ask the same people the same thing about the same arguments of the same agent. */
    public Uni<List<Approval>> alike(Viewer viewer, Approval approval) {
        return list(
                        viewer,
                        Approval.State.OPEN,
                        Optional.of(approval.escalation().agent()),
                        Optional.empty(),
                        Page.Request.of(null, null))
                .map(page -> page.items().stream()
                        .filter(other -> !other.call().equals(approval.call())
                                && other.escalation().isLike(approval.escalation()))
                        .toList());
    }

    /** What was granted so far. */
    public List<Granted> granted(Approval approval) {
        return approval.given().stream()
                .map(given -> new Granted(
                        given.approver(),
                        given.voices().stream()
                                .map(voice -> voice.ask().rule())
                                .distinct()
                                .toList(),
                        given.reason(),
                        given.at()))
                .toList();
    }

    /** Approves it, for all of the viewer's groups that are asked. */
    public Uni<Approval> approve(Viewer viewer, String call, String reason, Optional<String> view) {
        return approvals.approve(callId(call), viewer.approver, reason(reason), view);
    }

    /** Refuses it, which ends it. */
    public Uni<Approval> refuse(Viewer viewer, String call, String reason) {
        return approvals.refuse(callId(call), viewer.approver, reason(reason));
    }

    private static String reason(String text) {
        if (text.isBlank() || text.length() > LONGEST_REASON) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "The reason has 1 to " + LONGEST_REASON + " characters. Nothing was recorded.");
        }
        return text;
    }

    private static CallId callId(String text) {
        try {
            return CallId.parse(text);
        } catch (IllegalArgumentException isNone) {
            throw none();
        }
    }

    private static Problem none() {
        return new Problem(ProblemType.NOT_FOUND, "No call of this id waits for you, or ever did.");
    }
}
