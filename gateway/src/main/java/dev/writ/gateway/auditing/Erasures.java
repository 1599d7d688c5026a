package dev.writ.gateway.auditing;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose records were erased. From the {@code ERASURE} entry on nothing confidential is recorded under that subject's key, though
 * the key itself is destroyed a moment later.
 */
@ApplicationScoped
public class Erasures implements LogFollower {

    /** The entry that erases a subject. */
    public static final String KIND = "ERASURE";

    private static final String SUBJECT_KEY = "subjectKey";

    private final GovernedState state;
    private final Set<String> erased = ConcurrentHashMap.newKeySet();

    Erasures(GovernedState state) {
        this.state = state;
    }

    /** The subject key that this entry erases; empty if it erases none. */
    public static Optional<String> erasedBy(Entry entry) {
        return entry.kind().equals(KIND) ? entry.body().text(SUBJECT_KEY) : Optional.empty();
    }

    /**
     * Whether that subject's records were erased, had these entries been followed already.
     *
     * @param since entries that touch {@link Topics#subject}, some of which may have arrived here already
     */
    public boolean isErasedAfter(String subjectKey, List<Recorded> since) {
        return erased.contains(subjectKey)
                || since.stream()
                        .flatMap(recorded -> erasedBy(recorded.entry()).stream())
                        .anyMatch(subjectKey::equals);
    }

    /** That entry, without what may no longer be recorded. It says what happened all the same. */
    public Entry withoutErased(Entry entry, List<Recorded> since) {
        return entry.inputs().isEmpty() || !isErasedAfter(entry.subjectKey(), since)
                ? entry
                : new Entry(
                        entry.kind(),
                        entry.at(),
                        entry.keys(),
                        entry.topics(),
                        entry.columns(),
                        entry.body(),
                        entry.subjectKey(),
                        List.of());
    }

    /** Throws a {@link Problem} if nothing confidential may be recorded under that key any more. */
    public void requireNotErased(String subjectKey, List<Recorded> since) {
        if (isErasedAfter(subjectKey, since)) {
            throw new Problem(
                    ProblemType.ERASED,
                    subjectKey.startsWith("agent/")
                            ? "What was recorded of this agent acting for itself was erased, and nothing more is recorded of it."
                                    + " Register an agent of another name. Nothing was executed."
                            : "What was recorded of this person was erased, and nothing more is recorded of them. If they are to"
                                    + " be served again, use another identifier for them. Nothing was executed.");
        }
    }

    @Override
    public Uni<Void> load() {
        return state.entries(Set.of(KIND))
                .invoke(entries -> entries.forEach(this::onEntry))
                .replaceWithVoid();
    }

    @Override
    public void onEntry(Recorded recorded) {
        erasedBy(recorded.entry()).ifPresent(erased::add);
    }
}
