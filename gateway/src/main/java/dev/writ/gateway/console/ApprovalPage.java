package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** One call that waits for people: everything they have to know, and their answer. */
@Path(Console.ROOT + "/approvals/{id}")
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ApprovalPage {

    private static final int MOST_ALIKE = 100;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance approval(Frame frame, ApprovalView view);
    }

    private final Pages pages;
    private final Inbox inbox;
    private final CallContext calls;

    ApprovalPage(Pages pages, Inbox inbox, CallContext calls) {
        this.pages = pages;
        this.inbox = inbox;
        this.calls = calls;
    }

    /**
     * The page.
     *
     * @param seen digest of the view that was opened; without it, there is nothing to answer with
     */
    @GET
    @RolesAllowed({"approver", "auditor", "operator"})
    public Uni<RestResponse<String>> approval(
            @Context RoutingContext request, @PathParam("id") String id, @QueryParam("seen") @Nullable String seen) {
        Frame frame = pages.frame(request, Section.APPROVALS, "Approval");
        Inbox.Viewer viewer = inbox.viewer();
        return inbox.find(viewer, id)
                .chain(approval -> Uni.combine()
                        .all()
                        .unis(calls.origins(approval), calls.session(approval), inbox.alike(viewer, approval))
                        .asTuple()
                        .chain(context -> pages.show(Templates.approval(
                                frame,
                                new ApprovalView(
                                        approval,
                                        inbox.granted(approval),
                                        context.getItem1(),
                                        context.getItem2(),
                                        context.getItem3(),
                                        approval.viewDigest().equals(seen),
                                        viewer.groups(),
                                        frame.now())))));
    }

    /** Opens the arguments. */
    @POST
    @Path("view")
    @RolesAllowed({"approver", "auditor", "operator"})
    public Uni<RestResponse<String>> view(@Context RoutingContext request, @PathParam("id") String id, Posted form) {
        return inbox.find(inbox.viewer(), id)
                .map(approval -> pages.seeOther(
                        path(approval.call().toString()) + "?seen=" + approval.viewDigest() + "#arguments"));
    }

    /** Approves or refuses it, and those like it that were ticked: each is answered, and recorded, by itself. */
    @POST
    @Path("answer")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> answer(@Context RoutingContext request, @PathParam("id") String id, Posted form) {
        Inbox.Viewer viewer = inbox.viewer();
        String verdict = form.required("verdict", "Approve or refuse");
        String reason = form.required("reason", "Reason");
        String seen = form.required("seen", "Arguments");
        List<String> also = form.all("also");
        if (also.size() > MOST_ALIKE) {
            throw new Problem(ProblemType.MALFORMED, "Answer at most 100 at a time. Nothing was recorded.");
        }
        return inbox.find(viewer, id)
                .invoke(approval -> requireSeen(approval, seen))
                .chain(approval -> inbox.alike(viewer, approval))
                .map(alike -> alike.stream()
                        .filter(other -> also.contains(other.call().toString()))
                        .toList())
                .chain(others -> answer(viewer, id, seen, verdict, reason)
                        .chain(() -> Multi.createFrom()
                                .iterable(others)
                                .onItem()
                                .transformToUniAndConcatenate(other ->
                                        answer(viewer, other.call().toString(), other.viewDigest(), verdict, reason))
                                .collect()
                                .asList()))
                .map(answered -> pages.seeOther(path(id)));
    }

    private Uni<Approval> answer(Inbox.Viewer viewer, String id, String seen, String verdict, String reason) {
        return switch (verdict) {
            case "approve" -> inbox.approve(viewer, id, reason, Optional.of(seen));
            case "refuse" -> inbox.refuse(viewer, id, reason);
            default -> throw new Problem(ProblemType.MALFORMED, "Approve or refuse. Nothing was recorded.");
        };
    }

    private static void requireSeen(Approval approval, String seen) {
        if (!approval.viewDigest().equals(seen)) {
            throw new Problem(
                    ProblemType.CONFLICT, "Open the arguments first, and answer what they say. Nothing was recorded.");
        }
    }

    static String path(String id) {
        return Console.ROOT + "/approvals/" + id;
    }
}
