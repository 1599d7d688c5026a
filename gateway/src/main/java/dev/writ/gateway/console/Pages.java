package dev.writ.gateway.console;

import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.InstantSource;
import java.util.Set;
import org.jboss.resteasy.reactive.RestResponse;

/** What resources of the console make their responses with. */
@ApplicationScoped
class Pages {

    static final String HTML = "text/html;charset=UTF-8";

    private static final SecurityIdentity NOBODY =
            QuarkusSecurityIdentity.builder().setAnonymous(true).build();

    private final CookieSeal seal;
    private final InstantSource clock;

    Pages(CookieSeal seal, InstantSource clock) {
        this.seal = seal;
        this.clock = clock;
    }

    /** The frame of a page, to be made before anything is waited for. */
    Frame frame(RoutingContext request, Section section, String title) {
        SecurityIdentity identity =
                request.user() instanceof QuarkusHttpUser user ? user.getSecurityIdentity() : NOBODY;
        boolean isSomebody = !identity.isAnonymous();
        return new Frame(
                section,
                title,
                isSomebody ? identity.getPrincipal().getName() : "",
                isSomebody ? identity.getRoles() : Set.of(),
                Sessions.of(request).map(seal::formToken).orElse(""),
                clock.instant());
    }

    /** A page. */
    Uni<RestResponse<String>> show(TemplateInstance page) {
        return show(page, RestResponse.StatusCode.OK);
    }

    /** A page that says why something was not done. */
    Uni<RestResponse<String>> show(TemplateInstance page, int status) {
        return page.createUni()
                .map(html -> RestResponse.ResponseBuilder.<String>create(status)
                        .entity(html)
                        .header("Content-Type", HTML)
                        .build());
    }

    /** Where to look after a form was sent: its answer is a page of its own, which can be loaded again without sending it twice. */
    RestResponse<String> seeOther(String path) {
        return RestResponse.ResponseBuilder.<String>create(RestResponse.Status.SEE_OTHER)
                .location(URI.create(path))
                .build();
    }
}
