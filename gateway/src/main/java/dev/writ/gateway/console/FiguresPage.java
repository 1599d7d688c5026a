package dev.writ.gateway.console;

import dev.writ.gateway.governor.ApproverFigures;
import dev.writ.gateway.governor.FiguresResource;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** How people who approve answer. */
@Path(FiguresPage.PATH)
@Produces(Pages.HTML)
class FiguresPage {

    static final String PATH = Console.ROOT + "/figures";

    private static final int SHOWN = 200;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance figures(Frame frame, FiguresResource.Figures figures, List<Row> rows);
    }

    private final Pages pages;
    private final FiguresResource figures;

    FiguresPage(Pages pages, FiguresResource figures) {
        this.pages = pages;
        this.figures = figures;
    }

    /**
     * One person's figures in words.
     *
     * @param share of their answers that approve, in percent
     * @param median as in {@code 4.2 s}; says so if it is not known
     * @param p90 likewise
     */
    record Row(ApproverFigures of, String share, String median, String p90) {

        static Row of(ApproverFigures figures) {
            return new Row(
                    figures,
                    String.format(Locale.ROOT, "%.1f %%", 100 * figures.shareApproved()),
                    time(figures.medianMillis()),
                    time(figures.p90Millis()));
        }

        private static String time(Optional<Long> millis) {
            return millis.map(Duration::ofMillis)
                    .map(time -> time.toMinutes() > 0
                            ? Frame.length(time)
                            : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1_000.0))
                    .orElse("not known");
        }
    }

    @GET
    @RolesAllowed({"operator", "auditor", "reviewer", "approver"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.FIGURES, "Figures of approvers");
        return figures.figures(null, null, cursor, SHOWN)
                .chain(found -> pages.show(Templates.figures(
                        frame, found, found.items().stream().map(Row::of).toList())));
    }
}
