package dev.writ.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one tool that follow each other in the log, oldest first: a node of a tree, at least one call, immutable. A history
 * and its successors share all nodes but the few on the way to what was changed.
 *
 * <p>So what was once computed of a node is true for as long as there is one, and {@link #summary} remembers it. Any thread may
 * ask.
 */
public abstract sealed class Calls {

    /** Calls in a leaf, and parts of a branch, at most. */
    public static final int WIDTH = 8;

    /** What a node remembers at most; then it starts anew. Rules that came and went must not stay here for ever. */
    private static final int MOST_SUMMARIES = 256;

    private final int size;
    private final long firstIndex;
    private final long lastIndex;
    private final Instant earliest;
    private final Instant latest;
    private final long weight;
    private volatile @Nullable Map<String, Object> summaries;

    private Calls(int size, long firstIndex, long lastIndex, Instant earliest, Instant latest, long weight) {
        this.size = size;
        this.firstIndex = firstIndex;
        this.lastIndex = lastIndex;
        this.earliest = earliest;
        this.latest = latest;
        this.weight = weight;
    }

    /** Of calls themselves. */
    public static final class Leaf extends Calls {
        private final Past[] calls;

        private Leaf(Past... calls) {
            this(Stream.of(calls).mapToLong(Past::weight).sum(), calls);
        }

        private Leaf(long weight, Past... calls) {
            super(
                    calls.length,
                    calls[0].index(),
                    calls[calls.length - 1].index(),
                    earliestOf(calls, Past::at),
                    latestOf(calls, Past::at),
                    weight);
            this.calls = calls;
        }

        public Past call(int i) {
            return calls[i];
        }

        @Override
        public int width() {
            return calls.length;
        }

        @Override
        public int height() {
            return 0;
        }

        @Override
        public boolean isFull() {
            return calls.length == WIDTH;
        }

        @Override
        public void forEach(Consumer<Past> action) {
            for (Past call : calls) {
                action.accept(call);
            }
        }

        @Override
        Calls appended(Past past) {
            Past[] next = Arrays.copyOf(calls, calls.length + 1);
            next[calls.length] = past;
            return new Leaf(weight() + past.weight(), next);
        }

        @Override
        Calls single(Past past) {
            return new Leaf(past);
        }

        @Override
        Calls replaced(long index, UnaryOperator<Past> change) {
            int at = find(index);
            if (at < 0) {
                return this;
            }
            Past[] next = calls.clone();
            next[at] = change.apply(calls[at]);
            if (next[at].index() != index || !next[at].tool().equals(calls[at].tool())) {
                throw new IllegalArgumentException("a change makes no other call of a call");
            }
            return new Leaf(weight() - calls[at].weight() + next[at].weight(), next);
        }

        @Override
        @Nullable
        Calls without(long index) {
            int at = find(index);
            if (at < 0) {
                return this;
            }
            Past[] next = new Past[calls.length - 1];
            System.arraycopy(calls, 0, next, 0, at);
            System.arraycopy(calls, at + 1, next, at, next.length - at);
            return next.length == 0 ? null : new Leaf(next);
        }

        @Override
        @Nullable
        Calls partFrom(long index) {
            int from = 0;
            while (from < calls.length && calls[from].index() < index) {
                from++;
            }
            return from == calls.length ? null : new Leaf(Arrays.copyOfRange(calls, from, calls.length));
        }

        @Override
        int countPartlyBefore(long index) {
            int count = 0;
            while (calls[count].index() < index) {
                count++;
            }
            return count;
        }

        @Override
        Instant latestPartlyBefore(long index) {
            Instant latest = Instant.MIN;
            for (int i = 0; calls[i].index() < index; i++) {
                latest = later(latest, calls[i].at());
            }
            return latest;
        }

        @Override
        long weightPartlyBefore(long index) {
            long sum = 0;
            for (int i = 0; calls[i].index() < index; i++) {
                sum += calls[i].weight();
            }
            return sum;
        }

        private int find(long index) {
            for (int i = 0; i < calls.length; i++) {
                if (calls[i].index() == index) {
                    return i;
                }
            }
            return -1;
        }
    }

    /** Of nodes that are all of one height. */
    public static final class Branch extends Calls {
        private final Calls[] parts;

        /** All parts but the last, shared with the versions of this branch that differ in the last alone. */
        private final @Nullable Branch before;

        private Branch(@Nullable Branch before, Calls... parts) {
            super(
                    Stream.of(parts).mapToInt(Calls::size).sum(),
                    parts[0].firstIndex(),
                    parts[parts.length - 1].lastIndex(),
                    earliestOf(parts, Calls::earliest),
                    latestOf(parts, Calls::latest),
                    Stream.of(parts).mapToLong(Calls::weight).sum());
            this.parts = parts;
            this.before = before;
        }

        private static Branch of(Calls... parts) {
            Branch before = parts.length == 1 ? null : new Branch(null, Arrays.copyOf(parts, parts.length - 1));
            return new Branch(before, parts);
        }

        /** All but the last part, if there are more, as one node of this height. It lives as long as they stay as they are. */
        public @Nullable Calls beforeLast() {
            return before;
        }

        public Calls part(int i) {
            return parts[i];
        }

        @Override
        public int width() {
            return parts.length;
        }

        @Override
        public int height() {
            return 1 + parts[0].height();
        }

        @Override
        public boolean isFull() {
            return parts.length == WIDTH && parts[WIDTH - 1].isFull();
        }

        @Override
        public void forEach(Consumer<Past> action) {
            for (Calls part : parts) {
                part.forEach(action);
            }
        }

        @Override
        Calls appended(Past past) {
            Calls last = parts[parts.length - 1];
            if (!last.isFull()) {
                return with(parts.length - 1, last.appended(past));
            }
            Calls[] next = Arrays.copyOf(parts, parts.length + 1);
            next[parts.length] = last.single(past);
            return new Branch(new Branch(null, parts), next);
        }

        @Override
        Calls single(Past past) {
            return of(parts[0].single(past));
        }

        @Override
        Calls replaced(long index, UnaryOperator<Past> change) {
            int at = find(index);
            Calls changed = parts[at].replaced(index, change);
            return changed == parts[at] ? this : with(at, changed);
        }

        @Override
        @Nullable
        Calls without(long index) {
            int at = find(index);
            Calls rest = parts[at].without(index);
            if (rest == null) {
                List<Calls> others = new ArrayList<>(List.of(parts));
                others.remove(at);
                return others.isEmpty() ? null : of(others.toArray(Calls[]::new));
            }
            return rest == parts[at] ? this : with(at, rest);
        }

        @Override
        @Nullable
        Calls partFrom(long index) {
            Calls[] kept = Stream.of(parts)
                    .flatMap(part -> Stream.ofNullable(part.from(index)))
                    .toArray(Calls[]::new);
            return kept.length == 0 ? null : of(kept);
        }

        @Override
        int countPartlyBefore(long index) {
            return Stream.of(parts).mapToInt(part -> part.countBefore(index)).sum();
        }

        @Override
        Instant latestPartlyBefore(long index) {
            return Stream.of(parts)
                    .map(part -> part.latestBefore(index))
                    .max(Instant::compareTo)
                    .orElseThrow();
        }

        @Override
        long weightPartlyBefore(long index) {
            return Stream.of(parts).mapToLong(part -> part.weightBefore(index)).sum();
        }

        private Branch with(int at, Calls part) {
            Calls[] next = parts.clone();
            next[at] = part;
            return at == parts.length - 1 ? new Branch(before, next) : of(next);
        }

        /** The part that has the index, if any has. */
        private int find(long index) {
            int at = 0;
            while (at < parts.length - 1 && parts[at].lastIndex() < index) {
                at++;
            }
            return at;
        }
    }

    static Calls of(Past past) {
        return new Leaf(past);
    }

    public final int size() {
        return size;
    }

    /** The least of their times. They need not ascend with the indices. */
    public final Instant earliest() {
        return earliest;
    }

    public final Instant latest() {
        return latest;
    }

    /** Bytes that they take in memory, about. */
    public final long weight() {
        return weight;
    }

    /** How many calls, or parts, it is made of. */
    public abstract int width();

    /** 0 of a leaf. */
    public abstract int height();

    /** There is no room in it, so that histories share it that have more calls than it. */
    public abstract boolean isFull();

    /**
     * What is computed of exactly these calls, remembered under a name if it is asked for again.
     *
     * @param name says all about the computation: two of one name give the same of the same calls. They may run both if two
     *     threads ask at once.
     */
    public final <S> S summary(String name, Class<S> type, Function<? super Calls, ? extends S> compute) {
        Map<String, Object> known = summaries;
        Object summary = known == null ? null : known.get(name);
        if (summary != null) {
            return type.cast(summary);
        }
        S computed = compute.apply(this);
        if (known == null || known.size() >= MOST_SUMMARIES) {
            known = new ConcurrentHashMap<>();
            summaries = known;
        }
        known.put(name, computed);
        return computed;
    }

    final long firstIndex() {
        return firstIndex;
    }

    final long lastIndex() {
        return lastIndex;
    }

    /** All of them, oldest first. */
    public abstract void forEach(Consumer<Past> action);

    /** With one more call at the end. */
    final Calls plus(Past past) {
        return isFull() ? Branch.of(this, single(past)) : appended(past);
    }

    abstract Calls appended(Past past);

    /** A node of this height for that call alone. */
    abstract Calls single(Past past);

    /** With the call of that index replaced; itself if it is not here. */
    abstract Calls replaced(long index, UnaryOperator<Past> change);

    /** Without the call of that index, and nothing if no other is left; itself if it is not here. */
    abstract @Nullable Calls without(long index);

    /** Those from that index on; nothing if there are none. */
    final @Nullable Calls from(long index) {
        if (lastIndex < index) {
            return null;
        }
        return firstIndex >= index ? this : partFrom(index);
    }

    abstract @Nullable Calls partFrom(long index);

    final int countBefore(long index) {
        if (firstIndex >= index) {
            return 0;
        }
        return lastIndex < index ? size : countPartlyBefore(index);
    }

    abstract int countPartlyBefore(long index);

    final long weightBefore(long index) {
        if (firstIndex >= index) {
            return 0;
        }
        return lastIndex < index ? weight : weightPartlyBefore(index);
    }

    abstract long weightPartlyBefore(long index);

    /** The greatest time of those before that index; {@link Instant#MIN} if there are none. */
    final Instant latestBefore(long index) {
        if (firstIndex >= index) {
            return Instant.MIN;
        }
        return lastIndex < index ? latest : latestPartlyBefore(index);
    }

    abstract Instant latestPartlyBefore(long index);

    private static <T> Instant earliestOf(T[] all, Function<T, Instant> time) {
        Instant earliest = Instant.MAX;
        for (T one : all) {
            Instant at = time.apply(one);
            earliest = at.isBefore(earliest) ? at : earliest;
        }
        return earliest;
    }

    private static <T> Instant latestOf(T[] all, Function<T, Instant> time) {
        Instant latest = Instant.MIN;
        for (T one : all) {
            latest = later(latest, time.apply(one));
        }
        return latest;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }

    @Override
    public String toString() {
        return "Calls[" + size + "]";
    }
}
