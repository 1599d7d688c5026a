package dev.writ.audit.postgres;

import dev.writ.audit.Draft;
import dev.writ.audit.Entries;
import dev.writ.audit.Settled;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Appends to a log without end, each entry with a key and a row of its own, and acts on what was created. */
final class Load implements AutoCloseable {

    /** What is done once an entry is there. */
    @FunctionalInterface
    interface Effect {
        void act(String key, long index);
    }

    private final PostgresAuditLog log;
    private final String name;
    private final int inFlight;
    private final Effect effect;
    private final Semaphore room;
    private final AtomicLong refused = new AtomicLong();
    private final Thread thread = new Thread(this::run);
    private volatile boolean isStopped;

    private Load(PostgresAuditLog log, String name, int inFlight, Effect effect) {
        this.log = log;
        this.name = name;
        this.inFlight = inFlight;
        this.effect = effect;
        this.room = new Semaphore(inFlight);
    }

    static Load on(PostgresAuditLog log, String name, int inFlight, Effect effect) {
        Load load = new Load(log, name, inFlight, effect);
        load.thread.setDaemon(true);
        load.thread.start();
        return load;
    }

    static Draft<String> draft(String key) {
        return Draft.independent(new Settled<>(Entries.keyed("DECIDED", key), List.of(TestLog.rowLabelled(key)), key));
    }

    long refused() {
        return refused.get();
    }

    private void run() {
        for (long number = 0; !isStopped; number++) {
            room.acquireUninterruptibly();
            String key = "decided/" + name + "/" + number;
            log.append(draft(key))
                    .subscribe()
                    .with(
                            receipt -> {
                                receipt.fold(
                                        created -> {
                                            effect.act(key, created.recorded().index());
                                            return created;
                                        },
                                        existing -> {
                                            throw new AssertionError("appended twice: " + existing);
                                        });
                                room.release();
                            },
                            failure -> {
                                refused.incrementAndGet();
                                room.release();
                            });
            if (refused.get() > 0) {
                // Whoever is refused at once does not ask again at once.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    /** Starts no more, and waits for what it has started. */
    @Override
    public void close() {
        isStopped = true;
        try {
            thread.join();
            if (!room.tryAcquire(inFlight, TestLog.SOON.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("appends neither ended nor failed");
            }
            room.release(inFlight);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
