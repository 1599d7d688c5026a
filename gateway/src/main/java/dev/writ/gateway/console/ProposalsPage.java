package dev.writ.gateway.console;

import dev.writ.gateway.governor.ProposalResource;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Rules that would spare people the same approval again and again, and what they rest on. */
@Path(ProposalsPage.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ProposalsPage {

    static final String PATH = Console.ROOT + "/proposals";

    private static final int SHOWN = 100;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance proposals(
                Frame frame, List<ProposalResource.Shown> proposals, Optional<String> next);

        static native TemplateInstance proposal(Frame frame, ProposalResource.Shown proposal, List<File> files);
    }

    private final Pages pages;
    private final ProposalResource proposals;

    ProposalsPage(Pages pages, ProposalResource proposals) {
        this.pages = pages;
        this.proposals = proposals;
    }

    /** A file that the bundle would have. */
    record File(String path, String text) {}

    @GET
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.PROPOSALS, "Proposed rules");
        return proposals
                .list(null, null, cursor, SHOWN)
                .chain(page -> pages.show(Templates.proposals(frame, page.items(), page.next())));
    }

    @GET
    @Path("{id}")
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    public Uni<RestResponse<String>> show(@Context RoutingContext request, @PathParam("id") String id) {
        Frame frame = pages.frame(request, Section.PROPOSALS, "Proposed rule");
        return proposals.find(id).chain(proposal -> pages.show(Templates.proposal(frame, proposal, files(proposal))));
    }

    private static List<File> files(ProposalResource.Shown proposal) {
        return proposal.files()
                .map(files -> files.entrySet().stream()
                        .map(file -> new File(file.getKey(), file.getValue()))
                        .toList())
                .orElse(List.of());
    }

    @POST
    @Path("refresh")
    @RolesAllowed({"author", "reviewer", "operator"})
    public Uni<RestResponse<String>> refresh(Posted form) {
        return proposals.refresh().map(asked -> pages.seeOther(PATH));
    }

    @POST
    @Path("{id}/publish")
    @RolesAllowed("author")
    public Uni<RestResponse<String>> publish(@PathParam("id") String id, Posted form) {
        return proposals
                .publish(id)
                .map(published -> pages.seeOther(PoliciesPage.PATH + "/"
                        + Objects.requireNonNull(published.getEntity()).digest()));
    }

    @POST
    @Path("{id}/dismiss")
    @RolesAllowed({"author", "reviewer"})
    public Uni<RestResponse<String>> dismiss(@PathParam("id") String id, Posted form) {
        return proposals
                .dismiss(id, new ProposalResource.Dismissing(form.required("reason", "Reason")))
                .map(dismissed -> pages.seeOther(PATH));
    }
}
