package dev.writ.gateway.identity;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.problem.ProblemType;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;

/** Whoever signs in with a browser shows a key, once. */
@ApplicationScoped
public class SignIns {

    private final Directory directory;
    private final Strangers strangers;
    private final KeyUse use;
    private final InstantSource clock;

    SignIns(Directory directory, Strangers strangers, KeyUse use, InstantSource clock) {
        this.directory = directory;
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

    /** The caller, while the key lives: it is looked up at each request, so that its end ends every session. */
    Optional<Caller> caller(String keyId) {
        return directory
                .key(keyId)
                .filter(key -> !key.isExpiredAt(clock.instant()) && mayBrowse(key))
                .map(key -> {
                    use.used(key.id());
                    return Caller.of(key);
                });
    }

    private static boolean mayBrowse(ApiKey key) {
        return KeyRequest.isPersons(key.roles());
    }
}
