package dev.writ.gateway.console;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.console.PendingSignIns.Pending;
import dev.writ.gateway.identity.SignIns;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.LoggedIn;
import dev.writ.gateway.token.Logins;
import dev.writ.model.JsonObject;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Signing in by way of an issuer: there, and back again. */
@Path(SignInPage.PATH + "/{issuer}")
@Produces(Pages.HTML)
class IssuerSignInPage {

    private static final String SITE = "Sec-Fetch-Site";

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance notRegistered(Frame frame, String issuer, JsonObject registration, String to);
    }

    private final Pages pages;
    private final SignInPage signInPage;
    private final PendingSignIns pending;
    private final Logins logins;
    private final SignIns signIns;
    private final Sessions sessions;

    IssuerSignInPage(
            Pages pages,
            SignInPage signInPage,
            PendingSignIns pending,
            Logins logins,
            SignIns signIns,
            Sessions sessions) {
        this.pages = pages;
        this.signInPage = signInPage;
        this.pending = pending;
        this.logins = logins;
        this.signIns = signIns;
        this.sessions = sessions;
    }

    /**
     * To the issuer. A link, not a form: the page's policy lets forms go nowhere else.
     *
     * @param again whether whoever has logged in there is to be asked who they are all the same
     */
    @GET
    @PermitAll
    public Uni<RestResponse<String>> begin(
            @Context RoutingContext request,
            @PathParam("issuer") String issuer,
            @QueryParam("to") @Nullable String to,
            @QueryParam("again") boolean again) {
        Frame frame = pages.frame(request, Section.NONE, "Sign in");
        String page = SignInPage.ours(to);
        if (frame.isSignedIn()) {
            return Uni.createFrom().item(pages.seeOther(page));
        }
        if (isFromElsewhere(request)) {
            return Uni.createFrom().item(pages.seeOther(SignInPage.PATH + "?to=" + UrlPart.path(page)));
        }
        SocketAddress from = request.request().remoteAddress();
        return answered(
                frame,
                page,
                Uni.createFrom()
                        .deferred(() -> signIns.attempt(
                                logins.begin(issuer, pending.back(request.request(), issuer), again), from))
                        .map(begun -> {
                            pending.begin(request, new Pending(begun.pending(), page));
                            return pages.seeOther(begun.at().toString());
                        }));
    }

    /** And back. */
    @GET
    @Path("callback")
    @PermitAll
    public Uni<RestResponse<String>> end(@Context RoutingContext request, @PathParam("issuer") String issuer) {
        Frame frame = pages.frame(request, Section.NONE, "Sign in");
        Optional<Pending> begun =
                pending.end(request).filter(known -> known.login().issuer().equals(issuer));
        if (begun.isEmpty()) {
            return signInPage.refused(
                    frame,
                    Console.ROOT,
                    "This browser has not begun to sign in there, or more than 10 minutes ago, or it has ended that already. Nobody"
                            + " was signed in. Begin again.",
                    ProblemType.FORBIDDEN.status());
        }
        String to = begun.get().to();
        SocketAddress from = request.request().remoteAddress();
        return answered(
                frame,
                to,
                signIns.attempt(logins.end(begun.get().login(), query(request)), from)
                        .chain(who -> signIns.holder(who, from)
                                .map(holder -> arrived(request, holder, who, to))
                                .orElseGet(() -> notRegistered(frame, issuer, who, to))));
    }

    /** The cookie goes along from here, but not with a redirect that another site began. */
    private Uni<RestResponse<String>> arrived(RoutingContext request, Actor holder, LoggedIn who, String to) {
        return sessions.begin(request, holder, Optional.of(who))
                .chain(() -> pages.show(ProblemPages.Templates.arriving(to)));
    }

    private Uni<RestResponse<String>> notRegistered(Frame frame, String issuer, LoggedIn who, String to) {
        JsonObject token = JsonObject.builder()
                .put("issuer", who.issuer())
                .put("client", who.client())
                .put("subject", who.subject())
                .build();
        JsonObject registration = JsonObject.builder().put("token", token).build();
        return pages.show(
                Templates.notRegistered(frame.titled("Not registered"), issuer, registration, to),
                ProblemType.FORBIDDEN.status());
    }

    private Uni<RestResponse<String>> answered(Frame frame, String to, Uni<RestResponse<String>> answer) {
        return answer.onFailure(Problem.class)
                .recoverWithUni(why ->
                        signInPage.refused(frame, to, why.detail(), why.type().status()));
    }

    /** Nobody is sent off to sign in by a page that is not ours. */
    private static boolean isFromElsewhere(RoutingContext request) {
        String site = request.request().getHeader(SITE);
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private static Map<String, List<String>> query(RoutingContext request) {
        Map<String, List<String>> query = new HashMap<>();
        request.queryParams()
                .names()
                .forEach(name -> query.put(name, request.queryParams().getAll(name)));
        return query;
    }
}
