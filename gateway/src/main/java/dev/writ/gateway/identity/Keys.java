package dev.writ.gateway.identity;

import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Issues and revokes keys. */
@ApplicationScoped
class Keys {

    /**
     * A key that has just been made.
     *
     * @param presented the only time that its secret is known here
     */
    record Issued(ApiKey key, PresentedKey presented) {}

    private final Journal journal;
    private final Directory directory;
    private final GovernedState state;
    private final KeyRows rows;
    private final SecureRandom random;

    Keys(Journal journal, Directory directory, GovernedState state, KeyRows rows, SecureRandom random) {
        this.journal = journal;
        this.directory = directory;
        this.state = state;
        this.rows = rows;
        this.random = random;
    }

    /** Makes a key. The bootstrap key can make one administrator's key, and the entry that says so ends it. */
    Uni<Issued> issue(ApiKey by, KeyRequest asked) {
        Optional<ApiKey> spent = Optional.of(by).filter(ApiKey::isBootstrap);
        if (spent.isPresent() && !asked.has(Role.ADMIN)) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The bootstrap key makes one key with role admin. Make the others with that one.");
        }
        if (asked.needsAgent() && !directory.hasAgent(asked.principal().value())) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "'principal' is no registered agent. Register it with POST /v1/agents, then make the key.");
        }
        PresentedKey presented = PresentedKey.mint(random);
        Instant now = journal.now();
        ApiKey key = new ApiKey(
                presented.id(),
                asked.principal().value(),
                asked.roles(),
                asked.subjects(),
                asked.groups(),
                asked.person(),
                now.plus(asked.lifetime()),
                asked.purpose(),
                presented.secretHash());
        List<RowChange> changes = Stream.concat(
                        Stream.of(KeyEntries.inserted(key)), spent.stream().map(ended -> KeyEntries.ended(ended.id())))
                .toList();
        return journal.record(
                        new Actor(by.principal(), by.id()), KeyEntries.created(key, now, List.of(), spent), changes)
                .map(receipt -> receipt.fold(created -> new Issued(key, presented), existing -> {
                    throw new Problem(ProblemType.CONFLICT, "The bootstrap key has been used. Nothing was made.");
                }));
    }

    /** Ends a key, for ever. Ending it again changes nothing. */
    Uni<Void> revoke(ApiKey by, String id) {
        return exists(id).chain(exists -> {
            if (!exists) {
                throw new Problem(
                        ProblemType.NOT_FOUND, "There is no key of that id. GET /v1/keys lists those there are.");
            }
            return journal.record(
                            new Actor(by.principal(), by.id()),
                            KeyEntries.revoked(id, journal.now()),
                            List.of(KeyEntries.ended(id)))
                    .replaceWithVoid();
        });
    }

    private Uni<Boolean> exists(String id) {
        if (!PresentedKey.isId(id)) {
            return Uni.createFrom().item(false);
        }
        return directory.key(id).isPresent()
                ? Uni.createFrom().item(true)
                : state.rows(() -> rows.findById(id)).map(Optional::ofNullable).map(Optional::isPresent);
    }
}
