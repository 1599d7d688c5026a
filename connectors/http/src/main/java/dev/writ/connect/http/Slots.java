package dev.writ.connect.http;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** How many calls are under way at a service. Not the bulkhead of a guard: that is left when there is an answer, and a connection may still be awaited then. */
final class Slots {

    private final Semaphore free;

    Slots(int most) {
        free = new Semaphore(most);
    }

    /** A slot for one call, if there is one. */
    Optional<Slot> take() {
        return free.tryAcquire() ? Optional.of(new Slot()) : Optional.empty();
    }

    /** One call. It is over when the call and each of its requests are. */
    final class Slot {
        private final AtomicInteger users = new AtomicInteger(1);

        void begin() {
            users.incrementAndGet();
        }

        void end() {
            if (users.decrementAndGet() == 0) {
                free.release();
            }
        }
    }
}
