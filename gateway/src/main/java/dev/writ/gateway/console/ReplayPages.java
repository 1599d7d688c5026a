package dev.writ.gateway.console;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.replay.ReplayResource;
import dev.writ.gateway.replay.Run;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.jboss.resteasy.reactive.RestResponse;

/** Replays: what a version would have said of calls that were decided already. */
@Path(ReplayPages.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ReplayPages {

    static final String PATH = Console.ROOT + "/replays";

    private static final int WEEK = 7;
    private static final int LONGEST = 3_650;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance replay(Frame frame, Run.Shown run, int percent);
    }

    private final Pages pages;
    private final ReplayResource replays;
    private final InstantSource clock;

    ReplayPages(Pages pages, ReplayResource replays, InstantSource clock) {
        this.pages = pages;
        this.replays = replays;
        this.clock = clock;
    }

    @POST
    @RolesAllowed({"author", "reviewer"})
    public Uni<RestResponse<String>> start(Posted form) {
        return replays.start(new ReplayResource.Submission(
                        form.required("digest", "Version"),
                        null,
                        null,
                        null,
                        clock.instant().minus(Duration.ofDays(days(form))).toString(),
                        null,
                        true))
                .map(started -> pages.seeOther(
                        PATH + "/" + Objects.requireNonNull(started.getEntity()).id()));
    }

    private static int days(Posted form) {
        String text = form.text("days").orElse(Integer.toString(WEEK)).strip();
        if (!text.matches("[1-9]\\d{0,3}") || Integer.parseInt(text) > LONGEST) {
            throw new Problem(ProblemType.MALFORMED, "'days' is 1 to " + LONGEST + ". Nothing was started.");
        }
        return Integer.parseInt(text);
    }

    @GET
    @RolesAllowed({"author", "reviewer"})
    @Path("{id}")
    public Uni<RestResponse<String>> show(@Context RoutingContext request, @PathParam("id") String id) {
        Frame frame = pages.frame(request, Section.POLICIES, "Replay");
        Run.Shown run = replays.find(id);
        return pages.show(
                Templates.replay(frame.titled("Replay of " + run.name() + " " + run.version()), run, percent(run)));
    }

    private static int percent(Run.Shown run) {
        long length = run.to() - run.from();
        return length == 0 ? 100 : (int) Math.min(100, 100 * (run.at() - run.from()) / length);
    }

    @POST
    @RolesAllowed({"author", "reviewer"})
    @Path("{id}/cancel")
    public RestResponse<String> cancel(@PathParam("id") String id, Posted form) {
        return pages.seeOther(PATH + "/" + replays.cancel(id).id());
    }
}
