package dev.writ.gateway.console;

import dev.writ.gateway.catalog.ConnectorResource;
import dev.writ.gateway.catalog.QuarantineResource;
import dev.writ.gateway.catalog.ShownConnector;
import dev.writ.gateway.catalog.ToolResource;
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

/** Connectors, the tools that are pinned of them, and what their servers changed since. */
@Path(ToolsPages.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ToolsPages {

    static final String PATH = Console.ROOT + "/tools";

    private static final int SHOWN = 200;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance tools(
                Frame frame, List<ShownConnector> connectors, List<ToolResource.Shown> tools, Optional<String> next);

        static native TemplateInstance connector(
                Frame frame,
                ShownConnector connector,
                List<ToolResource.Shown> tools,
                List<QuarantineResource.Item> held);
    }

    private final Pages pages;
    private final ConnectorResource connectors;
    private final ToolResource tools;
    private final QuarantineResource quarantine;

    ToolsPages(Pages pages, ConnectorResource connectors, ToolResource tools, QuarantineResource quarantine) {
        this.pages = pages;
        this.connectors = connectors;
        this.tools = tools;
        this.quarantine = quarantine;
    }

    @GET
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.TOOLS, "Tools");
        boolean runs = frame.has("operator") || frame.has("auditor");
        List<ShownConnector> shown = runs ? connectors.list(null, SHOWN).items() : List.of();
        var page = tools.list(cursor, SHOWN);
        return pages.show(Templates.tools(frame, shown, page.items(), page.next()));
    }

    @GET
    @Path("{connector}")
    @RolesAllowed({"auditor", "operator"})
    public Uni<RestResponse<String>> show(@Context RoutingContext request, @PathParam("connector") String name) {
        Frame frame = pages.frame(request, Section.TOOLS, name);
        ShownConnector connector = connectors.find(name);
        List<ToolResource.Shown> pinned = tools.ofConnector(name);
        return quarantine
                .list(name)
                .chain(held -> pages.show(Templates.connector(frame, connector, pinned, held.items())));
    }

    @POST
    @Path("{connector}/quarantine/{digest}/{answer:approve|reject}")
    @RolesAllowed("operator")
    public Uni<RestResponse<String>> answer(
            @PathParam("connector") String name,
            @PathParam("digest") String digest,
            @PathParam("answer") String answer,
            Posted form) {
        QuarantineResource.Decision decision = new QuarantineResource.Decision(
                form.required("reason", "Reason"), form.text("kind").orElse(null));
        Uni<?> answered = answer.equals("approve")
                ? quarantine.approve(name, digest, decision)
                : quarantine.reject(name, digest, decision);
        return answered.map(done -> pages.seeOther(PATH + "/" + name));
    }
}
