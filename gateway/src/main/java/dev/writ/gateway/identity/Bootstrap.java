package dev.writ.gateway.identity;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * The first run: a key that can make one administrator's key and nothing else.
 *
 * <p>It lies in a file that only its owner can read, and is never printed. The entry that records the administrator's key ends it,
 * so it works once, on whichever replica; then its file is removed. Unused, it expires, and a restart makes another as long as
 * there has been no administrator's key.
 */
@ApplicationScoped
public class Bootstrap implements LogFollower {

    static final String PRINCIPAL = "bootstrap";

    /** Not one of {@link Role}: nothing else is open to it. */
    static final String ROLE = "bootstrap";

    private static final Logger LOG = Logger.getLogger(Bootstrap.class);

    private final Journal journal;
    private final GovernedState state;
    private final SecureRandom random;
    private final IdentityConfig config;

    private final AtomicReference<Optional<Offer>> offer = new AtomicReference<>(Optional.empty());

    /** The key that waits to be used, and where it lies. */
    private record Offer(String keyId, Path file) {}

    Bootstrap(Journal journal, GovernedState state, SecureRandom random, IdentityConfig config) {
        this.journal = journal;
        this.state = state;
        this.random = random;
        this.config = config;
    }

    /**
     * Makes the key, if this is a first run. To be called once the log can be written, with the port still shut.
     *
     * @param home the folder for the file {@code bootstrap-key}
     */
    public Uni<Void> offer(Path home) {
        Path file = home.resolve("bootstrap-key");
        return state.entries(Set.of(KeyEntries.CREATED)).chain(entries -> {
            List<ApiKey> made =
                    entries.stream().flatMap(entry -> KeyEntries.createdBy(entry).stream()).toList();
            if (made.stream().anyMatch(key -> key.roles().contains(Role.ADMIN))) {
                delete(file);
                return Uni.createFrom().voidItem();
            }
            List<ApiKey> offered = made.stream().filter(ApiKey::isBootstrap).toList();
            Instant now = journal.now();
            return offered.stream()
                    .filter(key -> !key.isExpiredAt(now))
                    .findFirst()
                    .map(live -> find(live, file))
                    .orElseGet(() -> make(offered.size(), now, file));
        });
    }

    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void onEntry(Recorded recorded) {
        offer.get()
                .filter(waiting -> KeyEntries.revokedBy(recorded.entry()).anyMatch(waiting.keyId()::equals))
                .ifPresent(spent -> delete(spent.file()));
    }

    private Uni<Void> make(int earlier, Instant now, Path file) {
        PresentedKey presented = PresentedKey.mint(random);
        ApiKey key = new ApiKey(
                presented.id(),
                PRINCIPAL,
                Set.of(),
                Set.of(),
                now.plus(config.bootstrapLifetime()),
                Optional.empty(),
                presented.secretHash());
        // The file is complete before the log says that there is a key, and gets its name after: a crash between loses nothing.
        Path staged = staged(key, file);
        write(staged, presented.reveal() + "\n");
        return journal.record(
                        Actor.WRIT,
                        KeyEntries.created(key, now, List.of("bootstrap/" + earlier), Optional.empty()),
                        List.of(KeyEntries.inserted(key)))
                .onItem()
                .invoke(receipt -> receipt.fold(
                        created -> {
                            publish(key, file);
                            return true;
                        },
                        existing -> {
                            delete(staged);
                            LOG.info("another replica made the bootstrap key; its home has the file");
                            return false;
                        }))
                .replaceWithVoid();
    }

    private Uni<Void> find(ApiKey live, Path file) {
        if (Files.exists(file) || Files.exists(staged(live, file))) {
            publish(live, file);
        } else {
            LOG.infof("the bootstrap key is not in this home; it expires at %s", live.expiresAt());
        }
        return Uni.createFrom().voidItem();
    }

    private void publish(ApiKey key, Path file) {
        Path staged = staged(key, file);
        try {
            if (Files.exists(staged)) {
                Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        offer.set(Optional.of(new Offer(key.id(), file)));
        LOG.infof(
                "first run: the key in %s makes one key with role admin (POST /v1/keys), until %s", file, key.expiresAt());
    }

    private static Path staged(ApiKey key, Path file) {
        return file.resolveSibling(file.getFileName() + "." + key.id());
    }

    private static void write(Path file, String text) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            LOG.warnf(failed, "a used bootstrap key's file could not be removed file=%s", file);
        }
    }
}
