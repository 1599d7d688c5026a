package dev.writ.gateway.console;

import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.export.DownloadResource;
import dev.writ.gateway.export.Downloads;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
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
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.RestResponse;

/** Exports that an auditor starts, and fetches file by file. */
@Path(ExportPages.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ExportPages {

    static final String PATH = LogPage.PATH + "/exports";

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance export(Frame frame, DownloadResource.Shown export);
    }

    private final Pages pages;
    private final DownloadResource downloads;
    private final Downloads files;
    private final Actors actors;

    ExportPages(Pages pages, DownloadResource downloads, Downloads files, Actors actors) {
        this.pages = pages;
        this.downloads = downloads;
        this.files = files;
        this.actors = actors;
    }

    @POST
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> begin(Posted form) {
        return downloads
                .begin(new DownloadResource.Asked(
                        form.required("format", "Format"),
                        form.index("from", "From index").orElse(null),
                        form.index("to", "Up to").orElse(null)))
                .map(begun -> pages.seeOther(PATH + "/" + begun.index()));
    }

    @GET
    @Path("{index}")
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> export(@Context RoutingContext request, @PathParam("index") String index) {
        Frame frame = pages.frame(request, Section.LOG, "Export");
        return downloads.find(index).chain(export -> pages.show(Templates.export(frame, export)));
    }

    @GET
    @Path("{index}/{name}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @RolesAllowed("auditor")
    public RestMulti<byte[]> file(
            @PathParam("index") String index, @PathParam("name") String name, @Context HttpServerRequest request) {
        return files.fetched(actors.caller(), index, name, request);
    }
}
