package dev.writ.gateway.replay;

import dev.writ.rules.PolicyBundle;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** One replay, from its start to its end. Lives in the memory of the replica that it runs on. */
public final class Run {

    /** Written in lower case. */
    enum State {
        RUNNING,
        /** Its report is recorded and can be read. */
        DONE,
        FAILED,
        CANCELLED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String id;
    private final PolicyBundle candidate;
    private final long from;
    private final long to;
    private final Instant startedAt;
    private final Findings findings = new Findings();
    private volatile long at;
    private State state = State.RUNNING;
    private Optional<String> failure = Optional.empty();
    private Optional<Report> report = Optional.empty();
    private Optional<Cancellable> work = Optional.empty();

    Run(String id, PolicyBundle candidate, long from, long to, Instant startedAt) {
        this.id = id;
        this.candidate = candidate;
        this.from = from;
        this.to = to;
        this.startedAt = startedAt;
        this.at = from;
    }

    /**
     * What is known of it.
     *
     * @param at the index that it has come to
     * @param report there once it is done
     */
    public record Shown(
            String id,
            String state,
            String name,
            String version,
            String digest,
            long from,
            long to,
            long at,
            Instant startedAt,
            Optional<String> failure,
            Optional<Report> report) {}

    String id() {
        return id;
    }

    PolicyBundle candidate() {
        return candidate;
    }

    long from() {
        return from;
    }

    long to() {
        return to;
    }

    Findings findings() {
        return findings;
    }

    void reached(long index) {
        at = index;
    }

    /** What to stop if it is cancelled. */
    synchronized void works(Cancellable started) {
        work = Optional.of(started);
        if (state == State.CANCELLED) {
            started.cancel();
        }
    }

    synchronized void done(Report made) {
        if (state == State.RUNNING) {
            state = State.DONE;
            report = Optional.of(made);
        }
    }

    synchronized void failed(String why) {
        if (state == State.RUNNING) {
            state = State.FAILED;
            failure = Optional.of(why);
        }
    }

    synchronized void cancel() {
        if (state == State.RUNNING) {
            state = State.CANCELLED;
            work.ifPresent(Cancellable::cancel);
        }
    }

    synchronized boolean isRunning() {
        return state == State.RUNNING;
    }

    synchronized Shown shown() {
        return new Shown(
                id,
                state.text(),
                candidate.name(),
                candidate.version(),
                candidate.digest().value(),
                from,
                to,
                at,
                startedAt,
                failure,
                report);
    }
}
