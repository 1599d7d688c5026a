package dev.writ.gateway.console;

import dev.writ.gateway.notice.Links;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.PendingLogin;
import dev.writ.model.JsonObject;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Sign-ins at issuers that browsers have begun. Each browser keeps its own, the last one, in a cookie that is sealed, goes along when the
 * issuer sends the browser back, and is taken away then, whatever comes of it.
 */
@ApplicationScoped
class PendingSignIns {

    private static final String HOST_COOKIE = "__Host-writ-sign-in";
    private static final String PLAIN_COOKIE = "writ-sign-in";
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    /** Browsers drop a cookie of more than 4 KiB. */
    private static final int LONGEST_PATH = 1_500;

    /**
     * One that was begun.
     *
     * @param to the page of ours that is gone on to
     */
    record Pending(PendingLogin login, String to) {}

    private final CookieSeal seal;
    private final Sessions sessions;
    private final Links links;
    private final InstantSource clock;

    PendingSignIns(CookieSeal seal, Sessions sessions, Links links, InstantSource clock) {
        this.seal = seal;
        this.sessions = sessions;
        this.links = links;
        this.clock = clock;
    }

    /**
     * Where an issuer sends browsers back to: to the address that people know the gateway by, or, from plain HTTP within one machine, to
     * where they come from.
     */
    URI back(HttpServerRequest request, String issuer) {
        String base = sessions.isSecure(request)
                ? links.base()
                        .map(URI::toString)
                        .orElseThrow(() -> new Problem(
                                ProblemType.NOT_READY,
                                "The gateway does not know the address that you reach it at, so no issuer can send you back. Have an"
                                        + " operator set writ.console.url, or sign in with a key."))
                : "http://" + request.authority();
        return URI.create(base + SignInPage.PATH + "/" + issuer + "/callback");
    }

    /** Gives the browser what it has to bring back. */
    void begin(RoutingContext request, Pending pending) {
        JsonObject content = JsonObject.builder()
                .put("login", pending.login().toJson())
                .put("to", pending.to().length() > LONGEST_PATH ? Console.ROOT : pending.to())
                .put("until", clock.instant().plus(LIFETIME).toString())
                .build();
        request.response().addCookie(cookie(request, seal.seal(CookieSeal.Use.SIGN_IN, content), LIFETIME));
    }

    /** Takes it back; empty if this browser has begun none, or too long ago. */
    Optional<Pending> end(RoutingContext request) {
        Optional<Cookie> sent = Optional.ofNullable(request.request().getCookie(name(request)));
        request.response().addCookie(cookie(request, "", Duration.ZERO));
        return sent.flatMap(cookie -> seal.open(CookieSeal.Use.SIGN_IN, cookie.getValue()))
                .filter(this::isRecent)
                .flatMap(content -> content.object("login")
                        .flatMap(PendingLogin::fromJson)
                        .map(login -> new Pending(
                                login, SignInPage.ours(content.text("to").orElse("")))));
    }

    private boolean isRecent(JsonObject content) {
        try {
            return clock.instant().isBefore(Instant.parse(content.text("until").orElseThrow()));
        } catch (NoSuchElementException | DateTimeException anotherForm) {
            return false;
        }
    }

    private Cookie cookie(RoutingContext request, String value, Duration age) {
        boolean secure = sessions.isSecure(request.request());
        return Cookie.cookie(name(request), value)
                .setHttpOnly(true)
                // The issuer's page sends the browser back, and that is another site.
                .setSameSite(CookieSameSite.LAX)
                .setSecure(secure)
                // The prefix __Host- asks for the root.
                .setPath(secure ? "/" : SignInPage.PATH)
                .setMaxAge(age.toSeconds());
    }

    private String name(RoutingContext request) {
        return sessions.isSecure(request.request()) ? HOST_COOKIE : PLAIN_COOKIE;
    }
}
