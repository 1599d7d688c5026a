package dev.writ.gateway.passkey;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.audit.SignedStatement;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.model.JsonObject;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Registers, confirms and revokes passkeys. Whoever has got hold of an approver's key can register one, and it counts for nothing:
 * somebody else confirms it, or a passkey of the same approver that counts already.
 */
@ApplicationScoped
public class Registrations {

    /** Of one principal, not counting those that were revoked. */
    static final int MOST = 10;

    private final Journal journal;
    private final Passkeys passkeys;
    private final Statements statements;
    private final CreationChallenges challenges;
    private final People people;

    Registrations(
            Journal journal, Passkeys passkeys, Statements statements, CreationChallenges challenges, People people) {
        this.journal = journal;
        this.passkeys = passkeys;
        this.statements = statements;
        this.challenges = challenges;
        this.people = people;
    }

    /** Whether this installation has passkeys at all. */
    public boolean areConfigured() {
        return passkeys.areConfigured();
    }

    /** What their browser is asked so that it makes a passkey: {@code PublicKeyCredentialCreationOptionsJSON}. */
    public JsonObject creationOptions(Approver by) {
        List<Passkey> there = passkeys.of(by.name());
        return Options.creation(
                passkeys.relyingParty(),
                by.pseudonym(),
                by.name(),
                challenges.made(by.name(), journal.now()),
                there,
                statements.signWithin());
    }

    /**
     * Records that they have made one. It does not count yet.
     *
     * @param credential what their browser answered: {@code RegistrationResponseJSON}
     */
    public Uni<Passkey> register(Approver by, String name, JsonObject credential) {
        RelyingParty party = passkeys.relyingParty();
        Instant at = journal.now();
        String challenge =
                challenges.required(Attestations.challenge(credential).orElse(""), by.name(), at);
        Attestations.Made made = Attestations.verify(credential, party, challenge);
        return record(by, by.name(), made.key().id(), journal.size(), Optional.empty(), now -> {
            long there = now.values().stream()
                    .filter(passkey -> passkey.owner().equals(by.name()) && passkey.state() != Passkey.State.REVOKED)
                    .count();
            if (there >= MOST) {
                throw conflict("You have " + MOST + " passkeys already. Revoke one that you do not need.");
            }
            return new Change(
                    PasskeyEntries.registered(made.key(), by, name, party.rpId(), made.counter(), at),
                    List.of(PasskeyEntries.inserted(made.key(), by, name, party.rpId(), made.counter())));
        });
    }

    /** Records that somebody else has made sure whose it is, from which on it counts. */
    public Uni<Passkey> confirm(String id, Approver by) {
        long readAt = journal.size();
        return existing(id).chain(passkey -> confirm(passkey, readAt, by));
    }

    private Uni<Passkey> confirm(Passkey passkey, long readAt, Approver by) {
        if (!by.principal().has(Role.ADMIN) && !by.principal().has(Role.REVIEWER)) {
            throw forbidden(
                    "A passkey is confirmed by somebody else with the role admin or reviewer, or signed for with"
                            + " another passkey of its owner. GET /v1/passkeys/" + passkey.id()
                            + "/challenge answers what that one signs.");
        }
        if (people.of(by).isSame(people.of(passkey.owner(), passkey.person()))) {
            throw forbidden("It is your own. Somebody else confirms it.");
        }
        Instant at = journal.now();
        requireUnconfirmed(passkey);
        return record(by, passkey, readAt, now -> {
            requireUnconfirmed(now, passkey.id());
            return new Change(
                    PasskeyEntries.confirmed(passkey, by, Optional.empty(), at),
                    List.of(PasskeyEntries.changed(passkey.id(), Passkey.State.LIVE)));
        });
    }

    /** What another passkey of its owner signs to confirm it. */
    public Uni<JsonObject> statement(String id, Approver by) {
        return own(id, by).map(passkey -> {
            requireUnconfirmed(passkey);
            return statements.made(said(passkey), journal.now());
        });
    }

    /**
     * Records that another passkey of the same owner has signed for it, from which on it counts.
     *
     * @param assertion what their browser answered: {@code AuthenticationResponseJSON}
     * @param statement that it signs
     */
    public Uni<Passkey> confirm(String id, Approver by, JsonObject assertion, JsonObject statement) {
        RelyingParty party = passkeys.relyingParty();
        long readAt = journal.size();
        Instant at = journal.now();
        return own(id, by)
                .chain(passkey -> record(by, passkey, readAt, now -> {
                    requireUnconfirmed(now, id);
                    SignedStatement signed = Assertions.verify(
                            statements.current(statement, said(passkey), at),
                            assertion,
                            Passkeys.live(now, by.name()),
                            party);
                    List<RowChange> rows = new ArrayList<>();
                    rows.add(PasskeyEntries.changed(id, Passkey.State.LIVE));
                    rows.add(PasskeyEntries.used(signed));
                    return new Change(PasskeyEntries.confirmed(passkey, by, Optional.of(signed), at), rows);
                }));
    }

    /** Ends a passkey, for ever, and what was approved with it and has not run yet. Ending it again changes nothing. */
    public Uni<Passkey> revoke(String id, Approver by) {
        long readAt = journal.size();
        return existing(id).chain(passkey -> {
            if (!by.principal().has(Role.ADMIN) && !passkey.owner().equals(by.name())) {
                throw none();
            }
            return revoke(passkey, readAt, by);
        });
    }

    private Uni<Passkey> revoke(Passkey passkey, long readAt, Approver by) {
        if (passkey.state() == Passkey.State.REVOKED) {
            return Uni.createFrom().item(passkey);
        }
        Instant at = journal.now();
        return record(
                by,
                passkey,
                readAt,
                now -> new Change(
                        PasskeyEntries.revoked(passkey, at),
                        List.of(PasskeyEntries.changed(passkey.id(), Passkey.State.REVOKED))));
    }

    /** Those that they may see and that are not revoked, by id: their own, or with the role admin, reviewer or auditor all. */
    public List<Passkey> list(Approver by) {
        return seesAll(by) ? passkeys.all() : passkeys.of(by.name());
    }

    /** Those of them that were revoked. */
    public Uni<Page<Passkey>> revoked(Approver by, Page.Request page) {
        return passkeys.revoked(Optional.of(by.name()).filter(name -> !seesAll(by)), page);
    }

    private static boolean seesAll(Approver by) {
        return Stream.of(Role.ADMIN, Role.REVIEWER, Role.AUDITOR)
                .anyMatch(role -> by.principal().has(role));
    }

    /** Whether they have a passkey that counts. */
    public boolean canSign(Approver by) {
        return !live(by).isEmpty();
    }

    /** What their browser is asked so that it signs: {@code PublicKeyCredentialRequestOptionsJSON}. */
    public JsonObject requestOptions(JsonObject statement, Approver by) {
        List<Passkey> usable = live(by);
        if (usable.isEmpty()) {
            throw conflict(
                    "You have no passkey that counts. POST /v1/passkeys/challenges starts to register one, and somebody"
                            + " else confirms it.");
        }
        return Options.request(passkeys.relyingParty(), statement, usable, statements.signWithin());
    }

    private List<Passkey> live(Approver by) {
        return Passkeys.live(passkeys.after(by.name(), List.of()), by.name());
    }

    private static JsonObject said(Passkey passkey) {
        JsonObject.Builder said = JsonObject.builder()
                .put("type", SignedStatement.CONFIRMATION)
                .put("version", 1)
                .put("passkey", passkey.id())
                .put("approver", passkey.owner());
        SignedStatement.put(said, passkey.key());
        return said.build();
    }

    /** An entry, and the rows that it implies. */
    private record Change(Entry entry, List<RowChange> rows) {}

    /** Made from what the log says by then. */
    private interface Settling {
        Change settle(Map<String, Passkey> now);
    }

    private Uni<Passkey> record(Approver by, Passkey read, long readAt, Settling settling) {
        return record(by, read.owner(), read.id(), readAt, Optional.of(read), settling);
    }

    /**
     * @param readAt size of the log before anything was read
     * @param read the passkey as it was then, which may be in memory no more, or not yet
     */
    private Uni<Passkey> record(
            Approver by, String owner, String id, long readAt, Optional<Passkey> read, Settling settling) {
        Draft<Map<String, Passkey>> draft = new Draft<>(Set.of(Topics.passkeys(owner)), readAt, since -> {
            Map<String, Passkey> now = passkeys.after(owner, read, since);
            Change change = settling.settle(now);
            return new Settled<>(change.entry(), change.rows(), now);
        });
        return journal.record(Actor.of(by.principal()), draft)
                .map(receipt -> receipt.fold(
                        created -> {
                            Map<String, Passkey> now = new HashMap<>(created.outcome());
                            PasskeyEntries.apply(created.recorded(), now);
                            return existing(now.get(id));
                        },
                        taken -> {
                            throw conflict("That has been done already.");
                        }));
    }

    private static void requireUnconfirmed(Map<String, Passkey> now, String id) {
        requireUnconfirmed(existing(now.get(id)));
    }

    private static void requireUnconfirmed(Passkey passkey) {
        Passkey.State stands = passkey.state();
        if (stands != Passkey.State.UNCONFIRMED) {
            throw conflict("It is " + stands.text() + " already.");
        }
    }

    private Uni<Passkey> own(String id, Approver by) {
        return passkeys.read(id)
                .map(found -> existing(found.filter(passkey -> passkey.owner().equals(by.name()))
                        .orElse(null)));
    }

    private Uni<Passkey> existing(String id) {
        return passkeys.read(id).map(found -> existing(found.orElse(null)));
    }

    private static Passkey existing(@Nullable Passkey found) {
        return Optional.ofNullable(found).orElseThrow(Registrations::none);
    }

    private static Problem none() {
        return new Problem(
                ProblemType.NOT_FOUND,
                "There is no passkey of that id for you. GET /v1/passkeys lists those there are.");
    }

    private static Problem forbidden(String detail) {
        return new Problem(ProblemType.FORBIDDEN, detail + " Nothing was recorded.");
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail + " Nothing was recorded.");
    }
}
