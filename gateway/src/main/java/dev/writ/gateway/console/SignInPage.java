package dev.writ.gateway.console;

import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.identity.SignIns;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.Logins;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where people sign in, with a key or by way of an issuer, and out. */
@Path(Console.ROOT)
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class SignInPage {

    static final String PATH = Console.ROOT + "/sign-in";

    /** A page of ours, and nothing that a browser might take for another host, or for what is beside the console. */
    private static final Pattern OURS = Pattern.compile(
            "/console(/(?!(\\.|%2[eE]){1,2}(/|\\?|$))[A-Za-z0-9._~%:@-]+)*(\\?[A-Za-z0-9._~%:@&=+-]*)?");

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance signIn(Frame frame, List<Logins.Offer> offers, String to, String refusal);
    }

    private final Pages pages;
    private final Sessions sessions;
    private final SignIns signIns;
    private final Callers callers;
    private final Logins logins;

    SignInPage(Pages pages, Sessions sessions, SignIns signIns, Callers callers, Logins logins) {
        this.pages = pages;
        this.sessions = sessions;
        this.signIns = signIns;
        this.callers = callers;
        this.logins = logins;
    }

    @GET
    @Path("sign-in")
    @PermitAll
    public Uni<RestResponse<String>> ask(@Context RoutingContext request, @QueryParam("to") @Nullable String to) {
        Frame frame = pages.frame(request, Section.NONE, "Sign in");
        return frame.isSignedIn()
                ? Uni.createFrom().item(pages.seeOther(ours(to)))
                : pages.show(Templates.signIn(frame, logins.offers(), ours(to), ""));
    }

    @POST
    @Path("sign-in")
    @PermitAll
    public Uni<RestResponse<String>> signIn(@Context RoutingContext request, Posted form) {
        String to = ours(form.text("to").orElse(null));
        Frame frame = pages.frame(request, Section.NONE, "Sign in");
        try {
            return sessions.begin(
                            request,
                            signIns.holder(
                                    form.text("key").orElse(""),
                                    request.request().remoteAddress()),
                            Optional.empty())
                    .map(begun -> pages.seeOther(to));
        } catch (Problem refused) {
            String why = refused.type() == ProblemType.UNAUTHENTICATED
                    ? "No live key is that. A key is writ_, 16 characters, _ and 64 characters."
                    : refused.detail();
            return refused(frame, to, why, refused.type().status());
        }
    }

    @POST
    @Path("sign-out")
    @RolesAllowed("**")
    public Uni<RestResponse<String>> signOut(@Context RoutingContext request, Posted form) {
        return sessions.end(request, callers.caller(), Sessions.of(request).orElseThrow())
                .map(ended -> pages.seeOther(PATH));
    }

    /** The page, with why nobody was signed in. */
    Uni<RestResponse<String>> refused(Frame frame, String to, String why, int status) {
        return pages.show(Templates.signIn(frame, logins.offers(), to, why), status);
    }

    /** Where somebody goes on to: what was asked for if it is a page of ours, else the first one. */
    static String ours(@Nullable String to) {
        return Optional.ofNullable(to)
                .filter(path -> OURS.matcher(path).matches() && !path.startsWith(PATH))
                .orElse(Console.ROOT);
    }
}
