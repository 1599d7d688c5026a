package dev.writ.gateway.identity;

import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Opens sessions, and tells whose a session is. */
@ApplicationScoped
public class Sessions implements LogFollower {

    private static final int ID_BYTES = 16;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private final Journal journal;
    private final GovernedState state;
    private final SessionRows rows;
    private final Pseudonyms pseudonyms;
    private final SecureRandom random;
    private final RecentSessions recent;

    Sessions(
            Journal journal,
            GovernedState state,
            SessionRows rows,
            Pseudonyms pseudonyms,
            SecureRandom random,
            IdentityConfig config) {
        this.journal = journal;
        this.state = state;
        this.rows = rows;
        this.pseudonyms = pseudonyms;
        this.random = random;
        this.recent = new RecentSessions(config.sessionsInMemory());
    }

    /**
     * Whether that is a session of this agent and this person. Answers from memory, or on a miss from the database; a session whose
     * row is not what its entry says is nobody's.
     *
     * @param onBehalfOf the person; a session for a person is no session without them, nor the other way round
     */
    public Uni<Boolean> check(String id, String agent, Optional<String> onBehalfOf) {
        if (!ID.matcher(id).matches()) {
            return Uni.createFrom().item(false);
        }
        Optional<String> person = onBehalfOf.map(pseudonyms::of);
        return recent.find(id)
                .map(session -> Uni.createFrom().item(Optional.of(session)))
                .orElseGet(() -> read(id))
                .map(found ->
                        found.filter(session -> session.isFor(agent, person)).isPresent());
    }

    /** Records one more thing that the person said; empty if that is no session of the caller and this person. */
    Uni<Optional<Long>> say(String id, Principal application, String text) {
        return check(id, application.agent(), application.onBehalfOf())
                .chain(isTheirs -> isTheirs
                        ? said(id, application, text).map(Optional::of)
                        : Uni.createFrom().item(Optional.empty()));
    }

    private Uni<Long> said(String id, Principal application, String text) {
        Session session =
                new Session(id, application.agent(), application.onBehalfOf().map(pseudonyms::of));
        return journal.record(Actor.of(application), session.turned(text, journal.now()), List.of())
                .map(receipt -> receipt.fold(created -> created.recorded().index(), existing -> existing.index()));
    }

    /** Opens a session of the agent that the caller is the program around. */
    Uni<Session> open(Principal application, String task) {
        byte[] drawn = new byte[ID_BYTES];
        random.nextBytes(drawn);
        Session session = new Session(
                HexFormat.of().formatHex(drawn),
                application.agent(),
                application.onBehalfOf().map(pseudonyms::of));
        return journal.record(Actor.of(application), session.opened(task, journal.now()), List.of(session.inserted()))
                .map(receipt -> receipt.fold(created -> session, existing -> {
                    throw new IllegalStateException("two sessions drew the same 128 bits");
                }));
    }

    /** Nothing is loaded: sessions are looked up when they are used. */
    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void onEntry(Recorded recorded) {
        Session.openedBy(recorded).ifPresent(recent::add);
    }

    private Uni<Optional<Session>> read(String id) {
        return state.rows(() -> rows.findById(id))
                .map(Optional::ofNullable)
                .chain(row ->
                        row.map(this::trusted).orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    private Uni<Optional<Session>> trusted(SessionRow row) {
        return state.entry(row.entryIndex()).map(entry -> {
            Optional<Session> session =
                    entry.filter(row::follows).flatMap(Session::openedBy).filter(row::says);
            session.ifPresentOrElse(recent::add, () -> state.distrust("session", row.id));
            return session;
        });
    }
}
