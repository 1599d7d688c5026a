package dev.writ.gateway.identity;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.LoggedIn;
import dev.writ.gateway.token.Logins;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;

/** Whoever signs in with a browser shows a key, once, or is who an issuer says that a key is registered for. */
@ApplicationScoped
public class SignIns {

    private final Directory directory;
    private final Logins logins;
    private final Strangers strangers;
    private final KeyUse use;
    private final InstantSource clock;

    SignIns(Directory directory, Logins logins, Strangers strangers, KeyUse use, InstantSource clock) {
        this.directory = directory;
        this.logins = logins;
        this.strangers = strangers;
        this.use = use;
        this.clock = clock;
    }

    /**
     * Who holds that key.
     *
     * @param text {@code writ_<id>_<secret>}
     * @param from where it was sent from: whoever guesses is slowed down there, as with any request
     * @throws Problem if it is not live, if it is a program's or the bootstrap key, or if too many wrong ones came from there
     */
    public Actor holder(String text, SocketAddress from) {
        ApiKey key = PresentedKey.parse(text.strip())
                .flatMap(presented -> directory.key(presented.id()).filter(known -> known.isOpenedBy(presented)))
                .filter(known -> !known.isExpiredAt(clock.instant()))
                .orElseThrow(() -> (Problem) strangers.told(ProblemMapper.unauthenticated(), from));
        if (!mayBrowse(key)) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The console is for people: sign in with a key that has one of the roles author, reviewer, approver, auditor,"
                            + " operator or admin. An administrator makes keys.");
        }
        use.used(key.id());
        return new Actor(key.principal(), key.id());
    }

    /**
     * The holder of the key that is registered for whoever an issuer says that they are: for that issuer, that client and that subject.
     *
     * @param from as above: whoever is nobody here is slowed down
     * @return empty if there is no live key of a person's for them
     */
    public Optional<Actor> holder(LoggedIn who, SocketAddress from) {
        Optional<ApiKey> key = directory
                .heldBy(new Holder(who.issuer(), who.client(), who.subject()))
                .filter(known -> !known.isExpiredAt(clock.instant()) && mayBrowse(known));
        key.ifPresentOrElse(known -> use.used(known.id()), () -> {
            if (!strangers.admits(from)) {
                throw Strangers.refusal();
            }
        });
        return key.map(known -> new Actor(known.principal(), known.id()));
    }

    /** Brings back to the event loop that asked what an issuer answered; whoever tries in vain, again and again, is slowed down. */
    public <T> Uni<T> attempt(Uni<T> login, SocketAddress from) {
        return login.emitOn(PresentedTokens.sameThread())
                .onFailure(Problem.class)
                .transform(why -> strangers.told(why, from));
    }

    /**
     * The caller, while the key lives and whoever vouches for it is trusted: both are looked up at each request, so that the end of either
     * ends every session.
     */
    Optional<Caller> caller(String keyId) {
        return directory
                .key(keyId)
                .filter(key -> !key.isExpiredAt(clock.instant()) && mayBrowse(key))
                .flatMap(this::caller);
    }

    private Optional<Caller> caller(ApiKey key) {
        Optional<Caller> caller = key.proof()
                .fold(
                        secret -> Optional.of(Caller.of(key)),
                        token -> token.client()
                                .filter(client -> logins.areOffered(token.issuer(), client))
                                .map(client -> Caller.of(key, PresentedTokens.OIDC)),
                        certificate -> Optional.empty());
        caller.ifPresent(known -> use.used(key.id()));
        return caller;
    }

    private static boolean mayBrowse(ApiKey key) {
        return KeyRequest.isPersons(key.roles());
    }
}
