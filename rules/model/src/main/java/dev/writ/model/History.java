package dev.writ.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The earlier calls of one identity: immutable, grouped by tool, cheap to extend.
 *
 * <p>Adding one of {@code n} calls copies {@code n / 64} references, so that a snapshot taken for a decision stays as it is
 * while later calls are added to its successors.
 */
public final class History {

    private static final History EMPTY = new History(new TreeMap<>(), 0, Instant.MIN);

    /** Nothing is known of it, so whatever looks into it is in doubt. */
    public static final History UNKNOWN = EMPTY.truncatedBefore(Instant.MAX);

    /** Sorted, so that two replicas with the same calls show them in the same order. */
    private final SortedMap<ToolName, Calls> byTool;

    private final int size;
    private final Instant completeSince;

    private History(SortedMap<ToolName, Calls> byTool, int size, Instant completeSince) {
        this.byTool = byTool;
        this.size = size;
        this.completeSince = completeSince;
    }

    public static History empty() {
        return EMPTY;
    }

    public static History of(Collection<Past> pasts) {
        History history = EMPTY;
        for (Past past : pasts) {
            history = history.plus(past);
        }
        return history;
    }

    public int size() {
        return size;
    }

    /**
     * From this time on every call is here. Older ones may have been dropped, so a rule that looks further back than this
     * cannot be answered, and a question that cannot be answered denies.
     */
    public Instant completeSince() {
        return completeSince;
    }

    /** The same calls, known to be incomplete before that time too. */
    public History truncatedBefore(Instant time) {
        return new History(byTool, size, time.isAfter(completeSince) ? time : completeSince);
    }

    /**
     * With one more call.
     *
     * @throws IllegalArgumentException if its index is not above all others of its tool
     */
    public History plus(Past past) {
        Calls before = byTool.getOrDefault(past.tool(), Calls.EMPTY);
        if (before.size > 0 && before.get(before.size - 1).index() >= past.index()) {
            throw new IllegalArgumentException("calls are added to a history in the order of the log");
        }
        SortedMap<ToolName, Calls> next = new TreeMap<>(byTool);
        next.put(past.tool(), before.plus(past));
        return new History(next, size + 1, completeSince);
    }

    /**
     * With the call of that index and tool replaced; unchanged if it is not here.
     *
     * @param change keeps index and tool
     */
    public History replace(ToolName tool, long index, UnaryOperator<Past> change) {
        Calls calls = byTool.get(tool);
        int at = calls == null ? -1 : calls.find(index);
        if (calls == null || at < 0) {
            return this;
        }
        Past changed = change.apply(calls.get(at));
        if (changed.index() != index || !changed.tool().equals(tool)) {
            throw new IllegalArgumentException("a change makes no other call of a call");
        }
        SortedMap<ToolName, Calls> next = new TreeMap<>(byTool);
        next.put(tool, calls.with(at, changed));
        return new History(next, size, completeSince);
    }

    /** Without the call of that index and tool, if it is here. Copies the references to all calls of that tool. */
    public History without(ToolName tool, long index) {
        Calls calls = byTool.get(tool);
        int at = calls == null ? -1 : calls.find(index);
        if (calls == null || at < 0) {
            return this;
        }
        SortedMap<ToolName, Calls> next = new TreeMap<>(byTool);
        next.put(tool, calls.without(at));
        return new History(next, size - 1, completeSince);
    }

    /** The calls of one tool, oldest first. */
    public void forEach(ToolName tool, Consumer<Past> action) {
        Calls calls = byTool.get(tool);
        if (calls != null) {
            for (int i = 0; i < calls.size; i++) {
                action.accept(calls.get(i));
            }
        }
    }

    /** All calls, tool by tool in the order of their names; oldest first within each. */
    public void forEach(Consumer<Past> action) {
        byTool.keySet().forEach(tool -> forEach(tool, action));
    }

    /** The newest call of that tool that satisfies the condition. */
    public @Nullable Past newest(ToolName tool, Predicate<Past> condition) {
        Calls calls = byTool.get(tool);
        if (calls == null) {
            return null;
        }
        for (int i = calls.size - 1; i >= 0; i--) {
            Past past = calls.get(i);
            if (condition.test(past)) {
                return past;
            }
        }
        return null;
    }

    /** Of each tool's newest call that satisfies the condition, the newest; asked tool by tool in the order of their names. */
    public @Nullable Past newest(Predicate<Past> condition) {
        Past newest = null;
        for (ToolName tool : byTool.keySet()) {
            Past candidate = newest(tool, condition);
            if (candidate != null && (newest == null || candidate.index() > newest.index())) {
                newest = candidate;
            }
        }
        return newest;
    }

    /** All calls by index. */
    public List<Past> toList() {
        List<Past> all = new ArrayList<>(size);
        forEach(all::add);
        all.sort(Comparator.comparingLong(Past::index));
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return "History[" + size + " calls]";
    }

    /** A vector of two levels whose chunks are shared between versions. */
    private static final class Calls {
        private static final int BITS = 6;
        private static final int CHUNK = 1 << BITS;
        static final Calls EMPTY = new Calls(new Past[0][], 0);

        private final Past[][] chunks;
        private final int size;

        private Calls(Past[][] chunks, int size) {
            this.chunks = chunks;
            this.size = size;
        }

        Past get(int i) {
            return chunks[i >> BITS][i & (CHUNK - 1)];
        }

        Calls plus(Past past) {
            int chunk = size >> BITS;
            Past[][] next = Arrays.copyOf(chunks, chunk + 1);
            Past[] last = chunk < chunks.length ? chunks[chunk] : new Past[0];
            next[chunk] = Arrays.copyOf(last, (size & (CHUNK - 1)) + 1);
            next[chunk][size & (CHUNK - 1)] = past;
            return new Calls(next, size + 1);
        }

        Calls with(int at, Past past) {
            Past[][] next = chunks.clone();
            next[at >> BITS] = next[at >> BITS].clone();
            next[at >> BITS][at & (CHUNK - 1)] = past;
            return new Calls(next, size);
        }

        Calls without(int at) {
            Past[][] next = new Past[((size - 2) >> BITS) + 1][];
            for (int chunk = 0; chunk < next.length; chunk++) {
                int from = chunk << BITS;
                next[chunk] = new Past[Math.min(CHUNK, size - 1 - from)];
                for (int i = 0; i < next[chunk].length; i++) {
                    next[chunk][i] = get(from + i < at ? from + i : from + i + 1);
                }
            }
            return new Calls(next, size - 1);
        }

        /** Binary search: indices ascend. */
        int find(long index) {
            int low = 0;
            int high = size - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                long found = get(middle).index();
                if (found == index) {
                    return middle;
                }
                if (found < index) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -1;
        }
    }
}
