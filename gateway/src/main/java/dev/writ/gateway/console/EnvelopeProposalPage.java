package dev.writ.gateway.console;

import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.envelope.ProposalResource;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** Where an approver who has looked at a call approves it, and calls like it. */
@Path(Console.ROOT + "/approvals/{id}/envelope")
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class EnvelopeProposalPage {

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance envelopeProposal(Frame frame, EnvelopeForm form);
    }

    private final Pages pages;
    private final Inbox inbox;
    private final ProposalResource proposals;

    EnvelopeProposalPage(Pages pages, Inbox inbox, ProposalResource proposals) {
        this.pages = pages;
        this.inbox = inbox;
        this.proposals = proposals;
    }

    @GET
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> form(@Context RoutingContext request, @PathParam("id") String id) {
        Frame frame = pages.frame(request, Section.APPROVALS, "Approve calls like it, too");
        Inbox.Viewer viewer = inbox.viewer();
        return inbox.find(viewer, id)
                .chain(approval -> inbox.viewed(viewer, id, approval.viewDigest()))
                .map(EnvelopeForm::of)
                .invoke(form -> {
                    if (form.limits().isEmpty()) {
                        throw new Problem(
                                ProblemType.CONFLICT,
                                "No rule that asks about this call lets an answer reach beyond it. Approve it alone.");
                    }
                })
                .chain(form -> pages.show(Templates.envelopeProposal(frame, form)));
    }

    @POST
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> propose(@PathParam("id") String id, Posted form) {
        Inbox.Viewer viewer = inbox.viewer();
        String seen = form.required("seen", "Arguments");
        ProposalResource.Proposing proposing = new ProposalResource.Proposing(
                form.text("rule").orElse(null),
                EnvelopeForm.bounds(form),
                form.number("uses", "Further calls").orElse(null),
                form.time("until").orElse(null),
                form.required("reason", "Reason"),
                seen);
        return inbox.viewed(viewer, id, seen)
                .chain(approval -> proposals.propose(id, proposing))
                .map(envelope -> pages.seeOther(EnvelopesPages.path(envelope.id())));
    }
}
