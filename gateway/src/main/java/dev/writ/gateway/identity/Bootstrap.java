package dev.writ.gateway.identity;

import dev.writ.audit.KeyFile;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The first run: a key that can make one administrator's key and nothing else.
 *
 * <p>It lies in a file that only its owner can read, and is never printed. The entry that records the administrator's key ends it,
 * so it works once, on whichever replica; then its file is removed. Unused, it expires, and a restart makes another as long as
 * there has been no administrator's key.
 */
@ApplicationScoped
class Bootstrap implements LogFollower {

    static final String PRINCIPAL = "bootstrap";

    /** Not one of {@link Role}: nothing else is open to it. */
    static final String ROLE = "bootstrap";

    private static final Logger LOG = Logger.getLogger(Bootstrap.class);

    private final Journal journal;
    private final GovernedState state;
    private final SecureRandom random;
    private final IdentityConfig config;
    private final Path file;

    /** Id of the key that waits in the file. */
    private volatile Optional<String> waiting = Optional.empty();

    Bootstrap(Journal journal, GovernedState state, SecureRandom random, IdentityConfig config) {
        this.journal = journal;
        this.state = state;
        this.random = random;
        this.config = config;
        this.file = config.bootstrapFolder().resolve("bootstrap-key");
    }

    /** Makes the key, if this is a first run: once in the whole log, however many replicas start. */
    @Override
    public Uni<Void> load() {
        return state.entries(Set.of(KeyEntries.CREATED)).chain(entries -> {
            List<ApiKey> keys = entries.stream()
                    .flatMap(entry -> KeyEntries.createdBy(entry).stream())
                    .toList();
            if (keys.stream().anyMatch(key -> key.roles().contains(Role.ADMIN))) {
                delete();
                return Uni.createFrom().voidItem();
            }
            List<ApiKey> offered = keys.stream().filter(ApiKey::isBootstrap).toList();
            Instant now = journal.now();
            Optional<ApiKey> live =
                    offered.stream().filter(key -> !key.isExpiredAt(now)).findFirst();
            if (live.isPresent()) {
                announce(live.get());
                return Uni.createFrom().voidItem();
            }
            if (offered.stream().anyMatch(this::holds)) {
                delete();
            }
            return make(offered.size(), now)
                    .chain(made -> made ? Uni.createFrom().voidItem() : load());
        });
    }

    @Override
    public void onEntry(Recorded recorded) {
        if (KeyEntries.revokedBy(recorded.entry()).map(Optional::of).anyMatch(waiting::equals)) {
            delete();
        }
    }

    /** The file is there before the log says that there is a key, so a crash between the two loses nothing. */
    private Uni<Boolean> make(int earlier, Instant now) {
        String text =
                KeyFile.at(file).readOrCreate(() -> PresentedKey.mint(random).reveal());
        PresentedKey presented = PresentedKey.parse(text.strip())
                .orElseThrow(() -> new IllegalStateException("there is no key in " + file + "; remove that file"));
        ApiKey key = new ApiKey(
                presented.id(),
                PRINCIPAL,
                Set.of(),
                Set.of(),
                Set.of(),
                Optional.empty(),
                ToolPatterns.ALL,
                now.plus(config.bootstrapLifetime()),
                Optional.empty(),
                new Proof.Secret(presented.secretHash()));
        return journal.record(
                        Actor.WRIT,
                        KeyEntries.created(key, now, List.of("bootstrap/" + earlier), Optional.empty()),
                        List.of(KeyEntries.inserted(key)))
                .map(receipt -> receipt.fold(
                        created -> {
                            announce(key);
                            return true;
                        },
                        anotherReplicaWasFirst -> false));
    }

    private void announce(ApiKey key) {
        if (holds(key)) {
            waiting = Optional.of(key.id());
            LOG.infof(
                    "first run: the key in %s makes one key with role admin (POST /v1/keys), until %s",
                    file, key.expiresAt());
        } else {
            delete();
            LOG.infof(
                    "first run: the bootstrap key is in the home of another replica; it expires at %s",
                    key.expiresAt());
        }
    }

    private boolean holds(ApiKey key) {
        return KeyFile.at(file)
                .read()
                .flatMap(text -> PresentedKey.parse(text.strip()))
                .filter(key::isOpenedBy)
                .isPresent();
    }

    private void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            LOG.warnf(failed, "a bootstrap key's file could not be removed file=%s", file);
        }
    }
}
