package dev.writ.gateway.console;

import dev.writ.gateway.approval.ReviewResource;
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

/** Breakings of the glass that nobody has looked at yet. */
@Path(ReviewsPage.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ReviewsPage {

    static final String PATH = Console.ROOT + "/reviews";

    private static final int SHOWN = 200;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance reviews(
                Frame frame, List<ReviewResource.Item> reviews, long overdue, Optional<String> next);
    }

    private final Pages pages;
    private final ReviewResource reviews;

    ReviewsPage(Pages pages, ReviewResource reviews) {
        this.pages = pages;
        this.reviews = reviews;
    }

    @GET
    @RolesAllowed({"reviewer", "auditor", "operator"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.REVIEWS, "Reviews");
        var page = reviews.list(cursor, SHOWN);
        long overdue =
                page.items().stream().filter(ReviewResource.Item::overdue).count();
        return pages.show(Templates.reviews(frame, page.items(), overdue, page.next()));
    }

    @POST
    @Path("{id}/close")
    @RolesAllowed({"reviewer", "auditor"})
    public Uni<RestResponse<String>> close(@PathParam("id") String id, Posted form) {
        return reviews.close(
                        id,
                        new ReviewResource.Closing(
                                form.required("verdict", "Verdict"), form.required("reason", "Reason")))
                .map(closed -> pages.seeOther(PATH));
    }
}
