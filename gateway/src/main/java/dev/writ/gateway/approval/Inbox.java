package dev.writ.gateway.approval;

import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.CallId;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Calls that wait for people, for the pages on which people see them. What somebody may see and answer is the same as over HTTP. */
@ApplicationScoped
public class Inbox {

    private final Approvals approvals;
    private final Views views;
    private final Clarifications clarifications;
    private final BreakGlass breakGlass;
    private final Attention attention;
    private final Callers callers;
    private final Journal journal;

    Inbox(
            Approvals approvals,
            Views views,
            Clarifications clarifications,
            BreakGlass breakGlass,
            Attention attention,
            Callers callers,
            Journal journal) {
        this.approvals = approvals;
        this.views = views;
        this.clarifications = clarifications;
        this.breakGlass = breakGlass;
        this.attention = attention;
        this.callers = callers;
        this.journal = journal;
    }

    /**
     * What somebody has granted.
     *
     * @param standsFor who lent them the right to; nobody if it is their own
     * @param after how long they had looked at it, if they did through Writ
     * @param isBreakGlass whether they did not wait for whoever is asked
     * @param isSigned whether it is signed with a passkey
     */
    public record Granted(
            String approver,
            Set<String> standsFor,
            Optional<String> reason,
            Optional<Duration> after,
            boolean isBreakGlass,
            boolean isSigned,
            Instant at) {
        public Granted {
            standsFor = Set.copyOf(standsFor);
        }
    }

    /** What has become of it, and what whoever has just approved should know about that; nothing if all is well. */
    public record Approved(Approval approval, List<String> warnings) {
        public Approved {
            warnings = List.copyOf(warnings);
        }
    }

    /** Whoever looks at it, in the request at hand: to be asked before anything is waited for. */
    public Viewer viewer() {
        Approver caller = callers.approver();
        boolean seesAll =
                caller.principal().has(Role.AUDITOR) || caller.principal().has(Role.OPERATOR);
        return new Viewer(caller, approvals.groups(caller), seesAll);
    }

    /** Somebody, and the groups as whose member they may answer by now, their own and those that were lent to them. */
    public static final class Viewer {
        private final Approver approver;
        private final Set<String> groups;
        private final boolean seesAll;

        private Viewer(Approver approver, Set<String> groups, boolean seesAll) {
            this.approver = approver;
            this.groups = Set.copyOf(groups);
            this.seesAll = seesAll;
        }

        /** Who it is. */
        public Approver approver() {
            return approver;
        }

        private Optional<Set<String>> within(Optional<String> asked) {
            return asked.<Optional<Set<String>>>map(
                            group -> Optional.of(seesAll || groups.contains(group) ? Set.of(group) : Set.of()))
                    .orElseGet(() -> seesAll ? Optional.empty() : Optional.of(groups));
        }
    }

    /** Whether they are an approver who is asked. Whether they have a stake in it, the answer is told. */
    public boolean isAsked(Viewer viewer, Approval approval) {
        return viewer.approver.principal().has(Role.APPROVER) && approvals.isAsked(approval, viewer.groups);
    }

    private boolean mayLook(Viewer viewer, Approval approval) {
        return approvals.isAsked(approval, viewer.groups)
                || breakGlass.isOpenTo(viewer.approver, approval, journal.now());
    }

    /** Whether the log says that they have looked at what is to be approved now. */
    public boolean hasViewed(Viewer viewer, Approval approval) {
        return approval.viewedBy(viewer.approver.name()).isPresent();
    }

    /** Whether they may let calls go on without those who are asked. */
    public boolean mayBreakGlass(Viewer viewer) {
        return viewer.approver.principal().has(Role.APPROVER) && breakGlass.isFor(viewer.approver);
    }

    /** One page of those in that state, newest first. */
    public Uni<Page<Approval>> list(
            Viewer viewer, Approval.State state, Optional<String> agent, Optional<String> group, Page.Request page) {
        return approvals.list(new Filter(state, agent, viewer.within(group)), page);
    }

    /** The approval of that call; fails with a {@link Problem} if there is none that they see. */
    public Uni<Approval> find(Viewer viewer, String call) {
        return approvals
                .find(RequestFields.waitingCall(call))
                .map(found -> found.filter(approval -> viewer.seesAll || mayLook(viewer, approval))
                        .orElseThrow(RequestFields::noneWaits));
    }

    /** Looks at what is to be approved, which is recorded if they are asked. */
    public Uni<Approval> view(Viewer viewer, String call) {
        return find(viewer, call)
                .chain(approval -> viewer.approver.principal().has(Role.APPROVER) && mayLook(viewer, approval)
                        ? views.view(approval.call(), viewer.approver)
                        : Uni.createFrom().item(approval));
    }

    /**
     * The approval of that call, which they have looked at as it is now; fails with a {@link Problem} otherwise.
     *
     * @param seen digest of what they say that they saw
     */
    public Uni<Approval> viewed(Viewer viewer, String call, String seen) {
        return find(viewer, call).invoke(approval -> {
            Approvals.requireNotEnded(approval);
            if (!approval.viewDigest().equals(seen) || (isAsked(viewer, approval) && !hasViewed(viewer, approval))) {
                throw Approvals.conflict(
                        "Open the arguments first, and answer what they say now. Nothing was recorded.");
            }
        });
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
                                && !other.isRevised()
                                && !approval.isRevised()
                                && !isSigned(approval)
                                && other.escalation().isLike(approval.escalation()))
                        .toList());
    }

    /** Whether a rule asks for approvals that are signed. */
    public static boolean isSigned(Approval approval) {
        return approval.escalation().asks().stream()
                .anyMatch(ask -> ask.requirement().signed());
    }

    /** What was granted so far. */
    public List<Granted> granted(Approval approval) {
        return approval.given().stream()
                .map(given -> new Granted(
                        given.approver(),
                        given.voices().stream()
                                .flatMap(voice -> voice.lent().stream())
                                .map(Voice.Lent::lender)
                                .collect(Collectors.toSet()),
                        given.reason(),
                        given.after(),
                        given.brokeGlass().isPresent(),
                        given.passkey().isPresent(),
                        given.at()))
                .toList();
    }

    /**
     * Approves it, for all of the viewer's groups that are asked.
     *
     * @param view digest of what they saw; absent if they only saw one like it
     */
    public Uni<Approved> approve(
            Viewer viewer, String call, String reason, Optional<String> view, Optional<Signature> signature) {
        CallId id = RequestFields.waitingCall(call);
        String why = RequestFields.reason(reason);
        return attention
                .before(viewer.approver)
                .chain(() -> approvals.approve(id, viewer.approver, why, view, signature))
                .chain(approval ->
                        attention.after(id, viewer.approver).map(warnings -> new Approved(approval, warnings)));
    }

    /** Refuses it, which ends it. */
    public Uni<Approval> refuse(Viewer viewer, String call, String reason) {
        return approvals.refuse(RequestFields.waitingCall(call), viewer.approver, RequestFields.reason(reason));
    }

    /** Asks the agent something before anybody decides. */
    public Uni<Approval> ask(Viewer viewer, String call, String question) {
        return clarifications.ask(RequestFields.waitingCall(call), viewer.approver, question);
    }

    /** That they want to change it, as of now; throws a {@link Problem} if the reason is none. */
    public Edits.Wish wish(Viewer viewer, String reason, String view) {
        return Edits.Wish.of(viewer.approver, reason, view, journal.now());
    }

    /** Lets it go on without those who are asked, to be reviewed afterwards. */
    public Uni<Approval> breakGlass(Viewer viewer, String call, String reason, String view) {
        return breakGlass.breakGlass(
                RequestFields.waitingCall(call), viewer.approver, RequestFields.reason(reason), view);
    }
}
