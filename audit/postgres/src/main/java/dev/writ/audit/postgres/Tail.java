package dev.writ.audit.postgres;

import dev.writ.audit.LogTail;
import dev.writ.audit.Recorded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Hands entries on, on the log's event loop. */
final class Tail implements LogTail {

    private final List<Consumer<Recorded>> listeners = new CopyOnWriteArrayList<>();
    private volatile long size;

    Tail(long size) {
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Runnable subscribe(Consumer<Recorded> listener) {
        // Of its own, so that the same listener may follow twice and stop once.
        Consumer<Recorded> subscription = listener::accept;
        listeners.add(subscription);
        return () -> listeners.remove(subscription);
    }

    void deliver(Recorded recorded) {
        for (Consumer<Recorded> listener : listeners) {
            listener.accept(recorded);
        }
        size = recorded.index() + 1;
    }
}
