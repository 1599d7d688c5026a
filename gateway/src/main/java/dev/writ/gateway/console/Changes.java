package dev.writ.gateway.console;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.LogFollower;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Tells open pages that something has changed, and nothing of what: they ask for themselves again, as whoever looks at them. */
@ApplicationScoped
class Changes implements LogFollower {

    /** Less often than a page waits before it looks, so that none misses the last of many. */
    private static final long APART = TimeUnit.SECONDS.toNanos(1);

    private static final Duration STREAM = Duration.ofMinutes(5);

    private final BroadcastProcessor<String> changes = BroadcastProcessor.create();
    private final AtomicLong last = new AtomicLong(System.nanoTime() - APART);

    /** One item for each time that pages should look, for some minutes; then a browser asks again, and is looked at anew. */
    Multi<String> stream() {
        return changes.onOverflow()
                .drop()
                // The tail does not wait for browsers.
                .emitOn(Infrastructure.getDefaultExecutor())
                .select()
                .first(STREAM);
    }

    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void onEntry(Recorded recorded) {
        String kind = recorded.entry().kind();
        if (kind.equals("DECIDED") || kind.equals("EXECUTED") || kind.startsWith("APPROVAL_")) {
            long now = System.nanoTime();
            long before = last.get();
            if (now - before >= APART && last.compareAndSet(before, now)) {
                changes.onNext(kind);
            }
        }
    }
}
