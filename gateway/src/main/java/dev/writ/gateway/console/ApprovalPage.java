package dev.writ.gateway.console;

import dev.writ.gateway.approval.Inbox;
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
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** One call that waits for people: everything they have to know. */
@Path(Console.ROOT + "/approvals/{id}")
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ApprovalPage {

    private final Pages pages;
    private final Inbox inbox;
    private final ApprovalDetail detail;

    ApprovalPage(Pages pages, Inbox inbox, ApprovalDetail detail) {
        this.pages = pages;
        this.inbox = inbox;
        this.detail = detail;
    }

    /**
     * The page.
     *
     * @param seen digest of the view that was opened, by those who are not asked
     */
    @GET
    @RolesAllowed({"approver", "auditor", "operator"})
    public Uni<RestResponse<String>> approval(
            @Context RoutingContext request, @PathParam("id") String id, @QueryParam("seen") @Nullable String seen) {
        Frame frame = pages.frame(request, Section.APPROVALS, "Approval");
        return detail.show(
                frame,
                inbox.viewer(),
                id,
                Optional.ofNullable(seen),
                ApprovalDetail.Told.NOTHING,
                RestResponse.StatusCode.OK);
    }

    /** Opens the arguments, which the log says of whoever is asked. */
    @POST
    @Path("view")
    @RolesAllowed({"approver", "auditor", "operator"})
    public Uni<RestResponse<String>> view(@Context RoutingContext request, @PathParam("id") String id, Posted form) {
        return inbox.view(inbox.viewer(), id)
                .map(approval -> pages.seeOther(
                        path(approval.call().toString()) + "?seen=" + approval.viewDigest() + "#arguments"));
    }

    static String path(String id) {
        return Console.ROOT + "/approvals/" + id;
    }
}
