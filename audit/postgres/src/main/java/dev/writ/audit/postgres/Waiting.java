package dev.writ.audit.postgres;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.AuditUnavailableException.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The drafts of this process that are not answered yet: bounded in number, and those in line in bytes. {@link #admit},
 * {@link #add} and {@link #leave} may be called by any thread, the rest by the event loop.
 */
final class Waiting {

    private final int mostDrafts;
    private final long mostBytes;
    private final AtomicInteger drafts = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Pending<?>> arriving = new ConcurrentLinkedQueue<>();
    private final Queue<Pending<?>> unanswered = new ConcurrentLinkedQueue<>();
    private final Deque<Pending<?>> firstInLine = new ArrayDeque<>();

    Waiting(int mostDrafts, long mostBytes) {
        this.mostDrafts = mostDrafts;
        this.mostBytes = mostBytes;
    }

    /** Lets one more in, if there is room. */
    boolean admit(Pending<?> pending) {
        if (drafts.incrementAndGet() > mostDrafts || bytes.get() > mostBytes) {
            drafts.decrementAndGet();
            return false;
        }
        unanswered.add(pending);
        return true;
    }

    /** One that was admitted is answered. */
    void leave() {
        drafts.decrementAndGet();
    }

    /** Puts it at the end of the line. */
    void add(Pending<?> pending) {
        bytes.addAndGet(pending.weight());
        arriving.add(pending);
    }

    /** Puts them before all others, in order. */
    void addFirst(List<Pending<?>> pending) {
        for (int i = pending.size() - 1; i >= 0; i--) {
            bytes.addAndGet(pending.get(i).weight());
            firstInLine.addFirst(pending.get(i));
        }
    }

    boolean isEmpty() {
        return firstInLine.isEmpty() && arriving.isEmpty();
    }

    /** The next one that nobody has answered meanwhile. */
    @Nullable
    Pending<?> poll() {
        while (true) {
            Pending<?> next = firstInLine.isEmpty() ? arriving.poll() : firstInLine.poll();
            if (next == null) {
                return null;
            }
            bytes.addAndGet(-next.weight());
            if (!next.isAnswered()) {
                return next;
            }
        }
    }

    int size() {
        return drafts.get();
    }

    /** Fails those that came before a time, on the scale of {@link System#nanoTime()}. */
    void expire(long before) {
        for (Pending<?> oldest = unanswered.peek();
                oldest != null && (oldest.isAnswered() || oldest.arrived() - before < 0);
                oldest = unanswered.peek()) {
            unanswered.remove();
            oldest.fail(new AuditUnavailableException(
                    Reason.UNAVAILABLE, "the entry was not known to be durable in time; it may exist or not"));
        }
    }

    /** Fails everybody. */
    void failAll(AuditUnavailableException failure) {
        for (Pending<?> next = unanswered.poll(); next != null; next = unanswered.poll()) {
            next.fail(failure);
        }
    }
}
