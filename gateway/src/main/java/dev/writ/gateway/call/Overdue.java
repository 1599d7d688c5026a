package dev.writ.gateway.call;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LogFollower;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whose calls wait for people because something did not follow that had to. What is in memory is what the log says. */
@ApplicationScoped
class Overdue implements LogFollower {

    private static final Set<String> KINDS = Set.of(ExpectationEntries.MISSED, ExpectationEntries.LIFTED);

    private final GovernedState governed;
    private volatile State state = State.EMPTY;

    Overdue(GovernedState governed) {
        this.governed = governed;
    }

    /**
     * What the log says at one point. Immutable, and the same in whatever order entries came.
     *
     * @param missed by index, the entries that escalate
     * @param lifted indices of those that no longer do
     */
    record State(NavigableMap<Long, Recorded> missed, Set<Long> lifted) {

        static final State EMPTY = new State(Collections.emptyNavigableMap(), Set.of());

        State after(Collection<Recorded> entries) {
            List<Recorded> ours = entries.stream()
                    .filter(recorded -> KINDS.contains(recorded.entry().kind()))
                    .toList();
            if (ours.isEmpty()) {
                return this;
            }
            NavigableMap<Long, Recorded> nowMissed = new TreeMap<>(missed);
            Set<Long> nowLifted = new HashSet<>(lifted);
            for (Recorded recorded : ours) {
                ExpectationEntries.lifts(recorded.entry()).ifPresent(nowLifted::add);
                ExpectationEntries.escalatesTo(recorded.entry())
                        .ifPresent(group -> nowMissed.put(recorded.index(), recorded));
            }
            nowLifted.forEach(nowMissed::remove);
            return new State(nowMissed, nowLifted);
        }

        /** The groups that have to agree to calls of this identity. */
        Set<String> groups(Identity identity) {
            Set<String> groups = new TreeSet<>();
            for (Recorded recorded : missed.values()) {
                if (ExpectationEntries.identity(recorded.entry()).equals(identity)) {
                    ExpectationEntries.escalatesTo(recorded.entry()).ifPresent(groups::add);
                }
            }
            return groups;
        }
    }

    State after(Collection<Recorded> since) {
        return state.after(since);
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(KINDS).invoke(this::apply).replaceWithVoid();
    }

    @Override
    public void onEntry(Recorded recorded) {
        apply(List.of(recorded));
    }

    /** Loading runs while entries arrive. */
    private synchronized void apply(List<Recorded> entries) {
        state = state.after(entries);
    }
}
