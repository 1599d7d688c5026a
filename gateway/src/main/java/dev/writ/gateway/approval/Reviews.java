package dev.writ.gateway.approval;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.InOrder;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.identity.Somebody;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Breakings of the glass that nobody has reviewed yet. What the log says is all there is. */
@ApplicationScoped
class Reviews implements LogFollower {

    private final Journal journal;
    private final GovernedState governed;
    private final Erasures erasures;
    private final Directory directory;
    private final People people;

    private final Map<Long, Review> open = new ConcurrentSkipListMap<>();
    private final InOrder order = new InOrder(ReviewEntries.KINDS, Set.of(Erasures.KIND), this::apply);

    Reviews(Journal journal, GovernedState governed, Erasures erasures, Directory directory, People people) {
        this.journal = journal;
        this.governed = governed;
        this.erasures = erasures;
        this.directory = directory;
        this.people = people;
    }

    /** What is to be reviewed, oldest first. */
    List<Review> open() {
        return List.copyOf(open.values());
    }

    long overdue() {
        Instant now = journal.now();
        return open.values().stream().filter(review -> review.isOverdueAt(now)).count();
    }

    /** Whether something that they did is overdue to be reviewed. */
    boolean hasOverdue(Approver by) {
        Instant now = journal.now();
        Somebody somebody = people.of(by);
        return open.values().stream()
                .anyMatch(review -> review.isOverdueAt(now)
                        && people.of(review.by(), review.person()).isSame(somebody));
    }

    /** Fails if something that they did is overdue to be reviewed. */
    void requireNoneOverdue(Approver by) {
        if (hasOverdue(by)) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "You broke the glass before, and that is overdue to be reviewed: see GET /v1/reviews. Until somebody else has"
                            + " closed it you wait as everybody does. Nothing was recorded.");
        }
    }

    /** Records what somebody who had nothing to do with it thinks of it. */
    Uni<Review> close(long index, Approver by, boolean justified, String reason) {
        long readAt = journal.size();
        return governed.entry(index)
                .map(found -> found.flatMap(BreakGlassEntries::openedBy)
                        .orElseThrow(() -> new Problem(ProblemType.NOT_FOUND, "There is no such review.")))
                .invoke(review -> requireApart(review, by))
                .chain(review -> journal.record(Actor.of(by.principal()), draft(review, by, justified, reason, readAt))
                        .map(receipt -> receipt.fold(created -> review, existing -> {
                            throw new Problem(ProblemType.CONFLICT, "It is closed already. Nothing was recorded.");
                        })));
    }

    private Draft<Entry> draft(Review review, Approver by, boolean justified, String reason, long readAt) {
        Set<String> topics = Set.of(Topics.approval(review.call()), Topics.subject(review.subjectKey()));
        return new Draft<>(topics, readAt, since -> {
            Entry entry = erasures.withoutErased(
                    ReviewEntries.closed(review, justified, reason, by.person(), journal.now()), since);
            return new Settled<>(entry, List.of(), entry);
        });
    }

    private void requireApart(Review review, Approver by) {
        Somebody reviewer = people.of(by);
        boolean isConcerned = Stream.of(
                                Optional.of(people.of(review.by(), review.person())),
                                Optional.of(people.of(review.agent())),
                                directory.ownerOf(review.agent()).map(people::of))
                        .flatMap(Optional::stream)
                        .anyMatch(reviewer::isSame)
                || reviewer.isPerson(review.subject());
        if (isConcerned) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "You broke the glass, or have a stake in the call. Somebody else reviews it; nothing was recorded.");
        }
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(ReviewEntries.KINDS).invoke(order::load).replaceWithVoid();
    }

    @Override
    public void onEntry(Recorded recorded) {
        order.arrived(recorded);
    }

    private void apply(Recorded recorded) {
        ReviewEntries.closedBy(recorded).ifPresent(open::remove);
        BreakGlassEntries.openedBy(recorded).ifPresent(review -> open.put(review.index(), review));
        Erasures.erasedBy(recorded.entry())
                .ifPresent(erased -> open.replaceAll(
                        (index, review) -> review.subjectKey().equals(erased) ? review.withoutReason() : review));
    }
}
