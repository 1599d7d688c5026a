package dev.writ.gateway.console;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.auditing.Entries;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestResponse;

/** Where auditors look for decisions, and for any entry of the log. */
@Path(DecisionsPage.PATH)
@Produces(Pages.HTML)
class DecisionsPage {

    static final String PATH = Console.ROOT + "/decisions";

    private static final String COOKIE = "writ-views";

    /** Browsers keep none for longer. */
    private static final Duration LONGEST = Duration.ofDays(400);

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance decisions(
                Frame frame, DecisionSearch search, Found found, List<SavedViews.View> views);
    }

    /**
     * What was found.
     *
     * @param older URL of the next page, empty on the last
     * @param scanned of a search for a text: how far it looked
     */
    record Found(List<EntryLine> entries, String older, long asOf, Optional<Long> scanned) {}

    private final Pages pages;
    private final Sessions sessions;
    private final CookieSeal seal;
    private final Entries entries;
    private final Actors actors;

    DecisionsPage(Pages pages, Sessions sessions, CookieSeal seal, Entries entries, Actors actors) {
        this.pages = pages;
        this.sessions = sessions;
        this.seal = seal;
        this.entries = entries;
        this.actors = actors;
    }

    @GET
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> search(@Context RoutingContext request, @Context UriInfo uri) {
        Frame frame = pages.frame(request, Section.DECISIONS, "Decisions");
        DecisionSearch search = DecisionSearch.of(uri.getQueryParameters());
        Actor actor = actors.caller();
        List<SavedViews.View> views = views(request, actor).views();
        return entries.list(actor, search.parameters())
                .chain(page -> pages.show(Templates.decisions(frame, search, found(search, page), views)));
    }

    private static Found found(DecisionSearch search, Entries.Page page) {
        return new Found(
                page.entries().stream().map(EntryLine::of).toList(),
                page.next().map(search::urlAt).orElse(""),
                page.asOf(),
                page.scannedTo());
    }

    @POST
    @Path("views")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> save(@Context RoutingContext request, Posted form) {
        DecisionSearch search = DecisionSearch.of(form);
        keep(request, views(request, actors.caller()).with(form.required("name", "Name of the view"), search.query()));
        return Uni.createFrom().item(pages.seeOther(search.url()));
    }

    @POST
    @Path("views/remove")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> remove(@Context RoutingContext request, Posted form) {
        keep(request, views(request, actors.caller()).without(form.required("name", "Name of the view")));
        return Uni.createFrom().item(pages.seeOther(PATH));
    }

    private SavedViews views(RoutingContext request, Actor actor) {
        return SavedViews.fromJson(
                actor.name(),
                Stream.ofNullable(request.request().getCookie(COOKIE))
                        .map(Cookie::getValue)
                        .flatMap(cookie -> seal.open(CookieSeal.Use.VIEWS, cookie).stream())
                        .findFirst());
    }

    private void keep(RoutingContext request, SavedViews views) {
        request.response()
                .addCookie(Cookie.cookie(COOKIE, seal.seal(CookieSeal.Use.VIEWS, views.toJson()))
                        .setHttpOnly(true)
                        .setSameSite(CookieSameSite.STRICT)
                        .setSecure(sessions.isSecure(request.request()))
                        .setMaxAge(LONGEST.toSeconds())
                        .setPath(PATH));
    }
}
