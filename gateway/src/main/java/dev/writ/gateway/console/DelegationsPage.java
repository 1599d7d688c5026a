package dev.writ.gateway.console;

import dev.writ.gateway.approval.DelegationResource;
import dev.writ.gateway.identity.Callers;
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
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Who stands for whom: what one has lent, what is lent to one, and for some what others have lent each other. */
@Path(DelegationsPage.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class DelegationsPage {

    static final String PATH = Console.ROOT + "/delegations";

    private static final int SHOWN = 200;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance delegations(
                Frame frame, List<DelegationResource.Item> delegations, List<String> groups, Optional<String> next);
    }

    private final Pages pages;
    private final DelegationResource delegations;
    private final Callers callers;

    DelegationsPage(Pages pages, DelegationResource delegations, Callers callers) {
        this.pages = pages;
        this.delegations = delegations;
        this.callers = callers;
    }

    @GET
    @RolesAllowed({"approver", "auditor", "operator", "admin"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.DELEGATIONS, "Delegations");
        var page = delegations.list(cursor, SHOWN);
        List<String> groups = callers.approver().groups().stream().sorted().toList();
        return pages.show(Templates.delegations(frame, page.items(), groups, page.next()));
    }

    @POST
    @RolesAllowed("approver")
    public Uni<RestResponse<String>> lend(Posted form) {
        return delegations
                .lend(new DelegationResource.Lending(
                        form.required("to", "To").strip(),
                        form.all("group"),
                        form.time("until").orElse(null),
                        form.required("reason", "Reason")))
                .map(lent -> pages.seeOther(PATH));
    }

    @POST
    @Path("{id}/end")
    @RolesAllowed({"approver", "admin"})
    public Uni<RestResponse<String>> end(@PathParam("id") String id, Posted form) {
        return delegations.end(id).map(ended -> pages.seeOther(PATH));
    }
}
