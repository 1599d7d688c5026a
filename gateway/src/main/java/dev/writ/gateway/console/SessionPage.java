package dev.writ.gateway.console;

import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.call.SessionTimeline;
import dev.writ.gateway.call.SessionTimelines;
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
import org.jboss.resteasy.reactive.RestResponse;

/** What was said and called in one session, and how values went from one to the other. */
@Path(SessionPage.PATH + "{session}")
@Produces(Pages.HTML)
class SessionPage {

    static final String PATH = Console.ROOT + "/sessions/";

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance session(
                Frame frame, SessionTimeline timeline, Lineage lineage, LineageDrawing drawing, int most);
    }

    private final Pages pages;
    private final SessionTimelines timelines;
    private final Actors actors;

    SessionPage(Pages pages, SessionTimelines timelines, Actors actors) {
        this.pages = pages;
        this.timelines = timelines;
        this.actors = actors;
    }

    @GET
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> session(@Context RoutingContext request, @PathParam("session") String session) {
        Frame frame = pages.frame(request, Section.DECISIONS, "Session");
        return timelines.of(actors.caller(), session).chain(timeline -> {
            Lineage lineage = Lineage.of(timeline);
            return pages.show(Templates.session(
                    frame, timeline, lineage, LineageDrawing.of(lineage), SessionTimelines.MOST_CALLS));
        });
    }
}
