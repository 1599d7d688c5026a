package dev.writ.gateway.console;

import dev.writ.gateway.notice.DeadLetterResource;
import dev.writ.gateway.notice.DeadLetters;
import dev.writ.gateway.notice.NotificationResource;
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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where people are told that calls wait for them, and what they should have been told and were not. */
@Path(NotificationsPage.PATH)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class NotificationsPage {

    static final String PATH = Console.ROOT + "/notifications";

    private static final int SHOWN = 100;

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance notifications(
                Frame frame,
                List<NotificationResource.Shown> channels,
                List<DeadLetters.Letter> letters,
                Optional<String> next);

        static native TemplateInstance channelMade(Frame frame, NotificationResource.Made made);
    }

    private final Pages pages;
    private final NotificationResource channels;
    private final DeadLetterResource letters;

    NotificationsPage(Pages pages, NotificationResource channels, DeadLetterResource letters) {
        this.pages = pages;
        this.channels = channels;
        this.letters = letters;
    }

    @GET
    @RolesAllowed({"operator", "auditor", "admin"})
    public Uni<RestResponse<String>> list(
            @Context RoutingContext request, @QueryParam("cursor") @Nullable String cursor) {
        Frame frame = pages.frame(request, Section.NOTIFICATIONS, "Notifications");
        Uni<List<NotificationResource.Shown>> all = channels.list();
        return letters.list(cursor, SHOWN)
                .chain(dead -> all.chain(
                        shown -> pages.show(Templates.notifications(frame, shown, dead.items(), dead.next()))));
    }

    /** Answers with a page and not with another address: a webhook's secret is shown this once. */
    @POST
    @RolesAllowed({"operator", "admin"})
    public Uni<RestResponse<String>> add(@Context RoutingContext request, Posted form) {
        Frame frame = pages.frame(request, Section.NOTIFICATIONS, "Channel added");
        Set<String> groups = form.text("groups").stream()
                .flatMap(typed -> Stream.of(typed.split("[,\\n]")))
                .map(String::strip)
                .filter(group -> !group.isEmpty())
                .collect(Collectors.toSet());
        List<String> events = form.all("event");
        return channels.add(new NotificationResource.Wanted(
                        form.required("kind", "Kind"),
                        form.required("target", "Address").strip(),
                        groups.isEmpty() ? null : groups,
                        events.isEmpty() ? null : Set.copyOf(events),
                        form.text("private").isPresent()))
                .chain(made -> pages.show(Templates.channelMade(frame, Objects.requireNonNull(made.getEntity()))));
    }

    @POST
    @Path("{id}/remove")
    @RolesAllowed({"operator", "admin"})
    public Uni<RestResponse<String>> remove(@PathParam("id") String id, Posted form) {
        return channels.remove(id).map(removed -> pages.seeOther(PATH));
    }

    @POST
    @Path("dead-letters/{id}/retry")
    @RolesAllowed({"operator", "admin"})
    public Uni<RestResponse<String>> retry(@PathParam("id") String id, Posted form) {
        return letters.retry(id).map(retried -> pages.seeOther(PATH));
    }
}
