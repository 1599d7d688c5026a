package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.envelope.EnvelopeResource;
import dev.writ.gateway.passkey.Registrations;
import dev.writ.gateway.precedent.Summaries;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/** Makes the page of one call that waits for people. */
@ApplicationScoped
class ApprovalDetail {

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance approval(Frame frame, ApprovalView view);
    }

    private final Pages pages;
    private final Inbox inbox;
    private final CallContext calls;
    private final Registrations passkeys;
    private final Summaries summaries;
    private final EnvelopeResource envelopes;

    ApprovalDetail(
            Pages pages,
            Inbox inbox,
            CallContext calls,
            Registrations passkeys,
            Summaries summaries,
            EnvelopeResource envelopes) {
        this.pages = pages;
        this.inbox = inbox;
        this.calls = calls;
        this.passkeys = passkeys;
        this.summaries = summaries;
        this.envelopes = envelopes;
    }

    /**
     * What the visitor did before, and is told about on the page.
     *
     * @param problem why a change was not made; empty if none was tried
     * @param arguments as they were typed
     * @param reason as it was typed
     * @param warnings about an approval that was recorded
     */
    record Told(String problem, String arguments, String reason, List<String> warnings) {

        static final Told NOTHING = new Told("", "", "", List.of());

        Told {
            warnings = List.copyOf(warnings);
        }

        static Told warnings(List<String> warnings) {
            return new Told("", "", "", warnings);
        }
    }

    /**
     * The page.
     *
     * @param seen digest of what a visitor has opened who is not asked; those who are have looked at it if the log says so
     */
    Uni<RestResponse<String>> show(
            Frame frame, Inbox.Viewer viewer, String id, Optional<String> seen, Told told, int status) {
        return inbox.find(viewer, id)
                .chain(approval -> Uni.combine()
                        .all()
                        .unis(calls.origins(approval), calls.session(approval), inbox.alike(viewer, approval))
                        .asTuple()
                        .chain(context -> pages.show(
                                Templates.approval(
                                        frame,
                                        new ApprovalView(
                                                approval,
                                                inbox.granted(approval),
                                                context.getItem1(),
                                                context.getItem2(),
                                                context.getItem3(),
                                                envelopes.madeFrom(
                                                        viewer.approver(),
                                                        approval.escalation().agent(),
                                                        approval.call().toString()),
                                                visit(viewer, approval, seen, frame),
                                                told,
                                                frame.now())),
                                status)));
    }

    private ApprovalView.Visit visit(Inbox.Viewer viewer, Approval approval, Optional<String> seen, Frame frame) {
        boolean isAsked = inbox.isAsked(viewer, approval);
        boolean hasViewed = inbox.hasViewed(viewer, approval);
        boolean isRecorded = isAsked && approval.isOpenAt(frame.now());
        boolean isSigned = Inbox.isSigned(approval);
        return new ApprovalView.Visit(
                hasViewed
                        || (!isRecorded
                                && seen.filter(approval.viewDigest()::equals).isPresent()),
                isAsked,
                hasViewed,
                inbox.mayBreakGlass(viewer) && !isSigned,
                isSigned,
                isSigned && passkeys.canSign(viewer.approver()),
                summaries.isConfigured());
    }
}
