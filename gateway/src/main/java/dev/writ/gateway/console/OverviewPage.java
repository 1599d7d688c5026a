package dev.writ.gateway.console;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import org.jboss.resteasy.reactive.RestResponse;

/** Where people arrive: what waits for them, and how the gateway does. */
@Path(Console.ROOT)
@Produces(Pages.HTML)
class OverviewPage {

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance overview(Frame frame);
    }

    private final Pages pages;

    OverviewPage(Pages pages) {
        this.pages = pages;
    }

    @GET
    @RolesAllowed({"author", "reviewer", "approver", "auditor", "operator", "admin"})
    public Uni<RestResponse<String>> overview(@Context RoutingContext request) {
        return pages.show(Templates.overview(pages.frame(request, Section.OVERVIEW, "Overview")));
    }
}
