package dev.writ.audit.postgres;

import dev.writ.audit.LogTail;
import dev.writ.audit.Recorded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Hands entries on, on the log's event loop. */
final class Tail implements LogTail {

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
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
        Subscription subscription = new Subscription(listener);
        subscriptions.add(subscription);
        return () -> subscriptions.remove(subscription);
    }

    void deliver(Recorded recorded) {
        for (Subscription subscription : subscriptions) {
            subscription.listener.accept(recorded);
        }
        size = recorded.index() + 1;
    }

    /** Equal to itself only, so that a listener may follow twice and stop once. */
    private static final class Subscription {
        private final Consumer<Recorded> listener;

        Subscription(Consumer<Recorded> listener) {
            this.listener = listener;
        }
    }
}
