package dev.writ.gateway.policy;

import dev.writ.model.Decision;
import dev.writ.model.Facts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/**
 * Asks, after a call was decided, what it would have come to with the version in the shadow, or without the canary. It has no effect,
 * and no call waits for it: what does not fit into the queue is counted as dropped.
 */
@ApplicationScoped
public class Comparisons {

    private static final Logger LOG = Logger.getLogger(Comparisons.class);
    private final ActivePolicy policy;
    private final ComparisonLog log;
    private final Counter dropped;
    private final ThreadPoolExecutor one;

    Comparisons(ActivePolicy policy, ComparisonLog log, PolicyConfig config, MeterRegistry meters) {
        this.policy = policy;
        this.log = log;
        this.dropped = Counter.builder("writ.policy.comparisons.dropped")
                .description("Decisions that were not compared with a shadow or canary")
                .register(meters);
        this.one = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(config.shadow().queue()),
                task -> {
                    Thread thread = new Thread(task, "policy-shadow");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * A decision that is in the log.
     *
     * @param asked the bundles that it is of
     * @param carriedOut what a decision on this call is once it is tried what it obliges to, as it was with this one
     */
    public record Taken(
            long index,
            Facts facts,
            String identity,
            Decision decision,
            Asked asked,
            UnaryOperator<Decision> carriedOut) {

        boolean isFailed() {
            return tells(OwnRule.Tells.FAILURE);
        }

        /** Whether the gateway decided by itself, so that it says nothing of any bundle. */
        boolean isOfNoBundle() {
            return tells(OwnRule.Tells.NOTHING);
        }

        private boolean tells(OwnRule.Tells what) {
            return decision.verdicts().stream().anyMatch(verdict -> OwnRule.tells(verdict.rule()) == what);
        }
    }

    /**
     * One version to compare with.
     *
     * @param since index of the entry that began it
     * @param other what decides in the other case
     * @param isShadow whether the other case is the one with the version in it
     */
    private record Case(Activation version, long since, List<Activation> other, boolean isShadow) {}

    /** Compares the decision at some time, or never. Returns at once, and never fails. */
    public void decided(Taken taken) {
        BundleState state = policy.state();
        for (Line line : state.lines()) {
            line.shadow()
                    .ifPresent(shadow -> offer(
                            taken,
                            state,
                            new Case(
                                    shadow,
                                    shadow.index(),
                                    with(state, taken.identity(), shadow.name(), line.shadow()),
                                    true)));
            line.canary()
                    .filter(canary -> canary.includes(taken.identity()))
                    .ifPresent(canary -> offer(
                            taken,
                            state,
                            new Case(
                                    new Activation(canary.name(), canary.digest(), canary.index()),
                                    canary.index(),
                                    with(state, taken.identity(), canary.name(), line.active()),
                                    false)));
        }
    }

    /** What decides for the identity, with that version in place of the one of its name. */
    private static List<Activation> with(
            BundleState state, String identity, BundleName name, Optional<Activation> version) {
        return state.lines().stream()
                .flatMap(line -> line.isOf(name.name()) ? version.stream() : line.decidesFor(identity).stream())
                .toList();
    }

    private void offer(Taken taken, BundleState state, Case with) {
        if (taken.index() < with.since() || !covers(taken, state, with)) {
            return;
        }
        if (taken.isFailed()) {
            log.compared(with.version(), with.isShadow(), taken.index(), Optional.empty());
        } else if (!taken.isOfNoBundle()) {
            try {
                one.execute(() -> compare(taken, state, with));
            } catch (RejectedExecutionException full) {
                drop(with);
            }
        }
    }

    private boolean covers(Taken taken, BundleState state, Case with) {
        return state.line(with.version().name().name()).deciding().anyMatch(one -> speaks(taken, one))
                || speaks(taken, with.version());
    }

    private boolean speaks(Taken taken, Activation version) {
        Active alone = policy.active(List.of(version));
        return !alone.isReady() || alone.covers(taken.facts().call().tool());
    }

    private void drop(Case with) {
        dropped.increment();
        log.dropped(with.version(), with.isShadow());
    }

    private void compare(Taken taken, BundleState state, Case with) {
        try {
            Active other = policy.active(with.other());
            Active then = policy.active(state.decidingFor(taken.identity()));
            if (!other.isReady()
                    || !then.asked(taken.decision(), taken.facts().call().tool())
                            .equals(taken.asked())) {
                drop(with);
                return;
            }
            Decision otherwise = taken.carriedOut().apply(other.evaluate(taken.facts()));
            Decision without = with.isShadow() ? taken.decision() : otherwise;
            Decision withIt = with.isShadow() ? otherwise : taken.decision();
            log.compared(with.version(), with.isShadow(), taken.index(), Flip.between(taken, without, withIt));
        } catch (RuntimeException failed) {
            LOG.warnf(
                    failed,
                    "a decision could not be compared index=%d digest=%s",
                    taken.index(),
                    with.version().digest());
            drop(with);
        }
    }

    @PreDestroy
    void stop() {
        one.shutdownNow();
    }
}
