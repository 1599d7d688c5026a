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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Issues, replaces and revokes keys. */
@ApplicationScoped
class Keys {

    /**
     * A key that has just been made.
     *
     * @param presented the only time that its secret is known here; empty if Writ made none
     */
    record Issued(ApiKey key, Optional<PresentedKey> presented) {}

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
        Instant now = journal.now();
        Optional<ApiKey> same =
                asked.proof().flatMap(Holder::of).flatMap(directory::heldBy).filter(other -> !other.isExpiredAt(now));
        same.ifPresent(other -> {
            throw new Problem(
                    ProblemType.CONFLICT,
                    "Key " + other.id() + " is registered for the same token or certificate. Revoke it, or rotate it.");
        });
        requireClientOfOneKind(asked, now);
        Issued issued = made(asked, now);
        ApiKey key = issued.key();
        List<RowChange> changes = Stream.concat(
                        Stream.of(KeyEntries.inserted(key)), spent.stream().map(ended -> KeyEntries.ended(ended.id())))
                .toList();
        return journal.record(
                        new Actor(by.principal(), by.id()), KeyEntries.created(key, now, List.of(), spent), changes)
                .map(receipt -> receipt.fold(created -> issued, existing -> {
                    throw new Problem(ProblemType.CONFLICT, "The bootstrap key has been used. Nothing was made.");
                }));
    }

    /**
     * Makes a key with the rights of another, which ends after a while.
     *
     * @param overlap for how long both work; none ends the old one with the entry that makes the new one
     */
    Uni<Issued> rotate(ApiKey by, String id, Duration overlap, Duration lifetime) {
        ApiKey old = directory.key(id).orElseThrow(Keys::unknown);
        Instant now = journal.now();
        if (old.isBootstrap() || old.isExpiredAt(now)) {
            throw new Problem(
                    ProblemType.CONFLICT, "The key has ended, so there is nothing to take over. Make a new one.");
        }
        Issued issued = made(successor(old, lifetime), now);
        KeyEntries.Replaced replaced = new KeyEntries.Replaced(
                id, Optional.of(overlap).filter(time -> !time.isZero()).map(now::plus));
        List<RowChange> changes = replaced.endsAt().isPresent()
                ? List.of(KeyEntries.inserted(issued.key()))
                : List.of(KeyEntries.inserted(issued.key()), KeyEntries.ended(id));
        return journal.record(
                        new Actor(by.principal(), by.id()), KeyEntries.succeeding(issued.key(), now, replaced), changes)
                .map(receipt -> receipt.fold(created -> issued, existing -> {
                    throw new Problem(
                            ProblemType.CONFLICT,
                            "The key has been replaced or revoked already. Rotate the one that took over. Nothing was made.");
                }));
    }

    /** A client that a program uses for a person has tokens with the person's subject. */
    private void requireClientOfOneKind(KeyRequest asked, Instant now) {
        asked.proof()
                .flatMap(Holder::of)
                .filter(holder -> !holder.client().isEmpty())
                .flatMap(holder -> directory.heldByClient(holder.authority(), holder.client()).stream()
                        .filter(key -> !key.isExpiredAt(now))
                        .filter(key -> KeyRequest.isPersons(key.roles()) != KeyRequest.isPersons(asked.roles()))
                        .findFirst())
                .ifPresent(other -> {
                    throw new Problem(
                            ProblemType.CONFLICT,
                            "Key " + other.id()
                                    + " is registered for the same client, and one of the two is a program's, the other"
                                    + " a person's. Have the person log in to another client.");
                });
    }

    private Issued made(KeyRequest asked, Instant now) {
        PresentedKey minted = PresentedKey.mint(random);
        ApiKey key = new ApiKey(
                minted.id(),
                asked.principal().value(),
                asked.roles(),
                asked.subjects(),
                asked.groups(),
                asked.person(),
                asked.tools(),
                now.plus(asked.lifetime()),
                asked.purpose(),
                asked.proof().orElseGet(() -> new Proof.Secret(minted.secretHash())));
        return new Issued(key, Optional.of(minted).filter(key::isOpenedBy));
    }

    private static KeyRequest successor(ApiKey old, Duration lifetime) {
        return new KeyRequest(
                new PrincipalName(old.principal()),
                old.roles(),
                old.subjects(),
                old.groups(),
                old.person(),
                old.tools(),
                lifetime,
                old.purpose(),
                old.proof().fold(secret -> Optional.empty(), Optional::of, Optional::of));
    }

    private static Problem unknown() {
        return new Problem(ProblemType.NOT_FOUND, "There is no key of that id. GET /v1/keys lists those there are.");
    }

    /** Ends a key, for ever. Ending it again changes nothing. */
    Uni<Void> revoke(ApiKey by, String id) {
        return exists(id).chain(exists -> {
            if (!exists) {
                throw unknown();
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
