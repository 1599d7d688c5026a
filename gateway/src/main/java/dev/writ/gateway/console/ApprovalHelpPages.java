package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.passkey.Registrations;
import dev.writ.gateway.precedent.PrecedentResource;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.JsonObject;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** What helps to answer a call that waits: what there is to sign, and, once the call itself was looked at, what others did. */
@Path(Console.ROOT + "/approvals/{id}")
@Produces(Pages.HTML)
class ApprovalHelpPages {

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance approvalSimilar(Frame frame, PrecedentResource.Similar similar);

        static native TemplateInstance approvalSummary(Frame frame, String id, PrecedentResource.Summary summary);
    }

    private final Pages pages;
    private final Inbox inbox;
    private final Approvals approvals;
    private final Registrations passkeys;
    private final PrecedentResource precedents;

    ApprovalHelpPages(
            Pages pages, Inbox inbox, Approvals approvals, Registrations passkeys, PrecedentResource precedents) {
        this.pages = pages;
        this.inbox = inbox;
        this.approvals = approvals;
        this.passkeys = passkeys;
        this.precedents = precedents;
    }

    /** How calls ended that are like it. */
    @GET
    @Path("similar")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> similar(@Context RoutingContext request, @PathParam("id") String id) {
        Frame frame = pages.frame(request, Section.APPROVALS, "How similar calls ended");
        return precedents.similar(id).chain(similar -> pages.show(Templates.approvalSimilar(frame, similar)));
    }

    /** What a model says that it would do. */
    @GET
    @Path("summary")
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> summary(@Context RoutingContext request, @PathParam("id") String id) {
        Frame frame = pages.frame(request, Section.APPROVALS, "What a machine says of the call");
        return precedents.summary(id).chain(summary -> pages.show(Templates.approvalSummary(frame, id, summary)));
    }

    /**
     * For the script that asks for a signature: {@code publicKey}, and {@code statement} as the text that is signed. A refusal is plain
     * text that the script shows.
     */
    @GET
    @Path("challenge")
    @RolesAllowed("approver")
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<String>> challenge(@PathParam("id") String id) {
        Inbox.Viewer viewer = inbox.viewer();
        return inbox.find(viewer, id)
                .chain(approval -> approvals.statement(approval.call(), viewer.approver()))
                .map(statement -> answer(
                        RestResponse.StatusCode.OK,
                        MediaType.APPLICATION_JSON,
                        JsonObject.builder()
                                .put("publicKey", passkeys.requestOptions(statement, viewer.approver()))
                                .put("statement", statement.toJson())
                                .build()
                                .toJson()))
                .onFailure(Problem.class)
                .recoverWithItem(failure ->
                        answer(failure.type().status(), MediaType.TEXT_PLAIN + ";charset=UTF-8", failure.detail()));
    }

    private static RestResponse<String> answer(int status, String type, String body) {
        return RestResponse.ResponseBuilder.<String>create(status)
                .entity(body)
                .header("Content-Type", type)
                .build();
    }
}
