package dev.writ.gateway.console;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.identity.Browsing;
import dev.writ.gateway.notice.Links;
import dev.writ.gateway.token.LoggedIn;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is signed in. A session is a sealed cookie and no row; the log says that it began, and that it was ended. It speaks for the key
 * that it began with, for as long as that key lives.
 */
@ApplicationScoped
class Sessions implements Browsing, LogFollower {

    /** A request that a page makes by itself says so with this header, and keeps nobody signed in. */
    static final String LIVE = "X-Writ-Live";

    private static final String HOST_COOKIE = "__Host-writ";
    private static final String PLAIN_COOKIE = "writ-console";
    private static final String SESSION = Session.class.getName();
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
    private static final Duration TOUCH = Duration.ofMinutes(1);
    private static final int PAGE = 500;

    private final CookieSeal seal;
    private final Journal journal;
    private final AuditReader reader;
    private final Links links;
    private final ConsoleConfig config;

    /** Ids of sessions that were ended, and when they would have ended by themselves. */
    private final Map<String, Instant> ended = new ConcurrentHashMap<>();

    Sessions(CookieSeal seal, Journal journal, AuditReader reader, Links links, ConsoleConfig config) {
        this.seal = seal;
        this.journal = journal;
        this.reader = reader;
        this.links = links;
        this.config = config;
    }

    @Override
    public boolean covers(RoutingContext request) {
        return Console.covers(request);
    }

    @Override
    public Optional<String> keyId(RoutingContext request) {
        Optional<Session> session = Optional.ofNullable(request.request().getCookie(cookieName(request.request())))
                .map(Cookie::getValue)
                .flatMap(cookie -> seal.open(CookieSeal.Use.SESSION, cookie))
                .flatMap(Session::fromJson)
                .filter(this::isLive);
        session.ifPresent(live -> {
            request.put(SESSION, live);
            touch(request, live);
        });
        return session.map(Session::keyId);
    }

    /** The session of a request; only where {@link #keyId} was asked before. */
    static Optional<Session> of(RoutingContext request) {
        return Optional.ofNullable(request.get(SESSION));
    }

    /**
     * Begins a session and gives its cookie to whoever sent the request.
     *
     * @param login at an issuer, if that is how they came
     */
    Uni<Void> begin(RoutingContext request, Actor holder, Optional<LoggedIn> login) {
        Instant now = journal.now();
        Session session = new Session(seal.randomId(), holder.client(), now, now);
        return journal.record(
                        holder,
                        SessionEntries.signedIn(session, now.plus(config.sessionLifetime()), login, now),
                        List.of())
                .invoke(() -> request.response().addCookie(cookie(request, session)))
                .replaceWithVoid();
    }

    /** Ends a session, on every replica. */
    Uni<Void> end(RoutingContext request, Actor holder, Session session) {
        return journal.record(
                        holder,
                        SessionEntries.signedOut(
                                session, session.startedAt().plus(config.sessionLifetime()), journal.now()),
                        List.of())
                .invoke(() -> {
                    Cookie none = cookie(request, session);
                    none.setValue("");
                    none.setMaxAge(0);
                    request.response().addCookie(none);
                })
                .replaceWithVoid();
    }

    private boolean isLive(Session session) {
        return session.isLiveAt(journal.now(), config.sessionLifetime(), config.sessionIdle())
                && !ended.containsKey(session.id());
    }

    private void touch(RoutingContext request, Session session) {
        Instant now = journal.now();
        if (request.request().getHeader(LIVE) == null
                && session.seenAt().plus(TOUCH).isBefore(now)) {
            request.response().addCookie(cookie(request, session.seenAt(now)));
        }
    }

    private Cookie cookie(RoutingContext request, Session session) {
        boolean secure = isSecure(request.request());
        return Cookie.cookie(cookieName(request.request()), seal.seal(CookieSeal.Use.SESSION, session.toJson()))
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(secure)
                // The prefix __Host- asks for it, and keeps other hosts of the domain from setting one.
                .setPath(secure ? "/" : Console.ROOT);
    }

    private String cookieName(HttpServerRequest request) {
        return isSecure(request) ? HOST_COOKIE : PLAIN_COOKIE;
    }

    /** All but plain HTTP within one machine. */
    boolean isSecure(HttpServerRequest request) {
        return request.isSSL()
                || links.areSecure()
                || request.authority() == null
                || !LOOPBACK.contains(request.authority().host());
    }

    @Override
    public Uni<Void> load() {
        return load(0);
    }

    private Uni<Void> load(long from) {
        EntryQuery query = new EntryQuery(
                Map.of(),
                Set.of(SessionEntries.SIGNED_OUT),
                from,
                Long.MAX_VALUE,
                Optional.of(journal.now().minus(config.sessionLifetime())),
                Optional.empty(),
                false,
                PAGE,
                false);
        return reader.find(query).chain(page -> {
            page.forEach(this::onEntry);
            return page.size() < PAGE
                    ? Uni.createFrom().voidItem()
                    : load(page.get(page.size() - 1).index() + 1);
        });
    }

    @Override
    public void onEntry(Recorded recorded) {
        SessionEntries.endedBy(recorded.entry()).ifPresent(over -> {
            Instant now = recorded.entry().at();
            ended.values().removeIf(until -> until.isBefore(now));
            ended.put(over.session(), over.until());
        });
    }
}
