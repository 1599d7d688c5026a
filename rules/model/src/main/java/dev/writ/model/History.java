package dev.writ.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The earlier calls of one identity, or of a wider {@link Scope}: immutable, grouped by tool, cheap to extend.
 *
 * <p>Adding one copies the few nodes of {@link Calls} above it, so that a snapshot taken for a decision stays as it is while
 * later calls are added to its successors.
 */
public final class History {

    /** Times in the log are whole microseconds. */
    private static final long TICK = 1_000;

    private static final History EMPTY = new History(new TreeMap<>(), 0, 0, Instant.MIN, Map.of());

    /** Nothing is known of it, so whatever looks into it is in doubt. */
    public static final History UNKNOWN = EMPTY.truncatedBefore(Instant.MAX);

    /** Sorted, so that two replicas with the same calls show them in the same order. */
    private final SortedMap<ToolName, Calls> byTool;

    private final int size;
    private final long weight;
    private final Instant completeSince;

    /** From when on nothing is missing in the calls of those tools; later than what holds for all. */
    private final Map<ToolName, Instant> readableSince;

    private History(
            SortedMap<ToolName, Calls> byTool,
            int size,
            long weight,
            Instant completeSince,
            Map<ToolName, Instant> readableSince) {
        this.byTool = byTool;
        this.size = size;
        this.weight = weight;
        this.completeSince = completeSince;
        this.readableSince = readableSince;
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

    /** Bytes that the calls take in memory, about; the same for the same calls. */
    public long weight() {
        return weight;
    }

    /**
     * From this time on every call is here, with all that is known of it. Older ones may have been dropped, so a rule that looks further back than this
     * cannot be answered, and a question that cannot be answered denies.
     */
    public Instant completeSince() {
        Instant since = completeSince;
        for (Instant readable : readableSince.values()) {
            since = later(since, readable);
        }
        return since;
    }

    /** From this time on every call is here, though what it was about may not be known. */
    public Instant everyCallSince() {
        return completeSince;
    }

    /** As {@link #completeSince()} of the calls of one tool. */
    public Instant completeSince(ToolName tool) {
        return later(completeSince, readableSince.getOrDefault(tool, completeSince));
    }

    /** The same calls, known to be incomplete before that time too. */
    public History truncatedBefore(Instant time) {
        return new History(byTool, size, weight, later(completeSince, time), readableSince);
    }

    /** The same calls; of one of that tool at that time it is not known what it was about. */
    public History unreadableAt(ToolName tool, Instant time) {
        Map<ToolName, Instant> next = new TreeMap<>(readableSince);
        next.merge(tool, time.plusNanos(TICK), History::later);
        return new History(byTool, size, weight, completeSince, Collections.unmodifiableMap(next));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /**
     * With one more call.
     *
     * @throws IllegalArgumentException if its index is not above all others of its tool
     */
    public History plus(Past past) {
        Calls before = byTool.get(past.tool());
        if (before != null && before.lastIndex() >= past.index()) {
            throw new IllegalArgumentException("calls are added to a history in the order of the log");
        }
        return with(past.tool(), before == null ? Calls.of(past) : before.plus(past));
    }

    /**
     * With the call of that index and tool replaced; unchanged if it is not here.
     *
     * @param change keeps index and tool
     */
    public History replace(ToolName tool, long index, UnaryOperator<Past> change) {
        Calls calls = byTool.get(tool);
        Calls changed = calls == null ? null : calls.replaced(index, change);
        return changed == calls ? this : with(tool, changed);
    }

    /** Without the call of that index and tool, if it is here. */
    public History without(ToolName tool, long index) {
        Calls calls = byTool.get(tool);
        Calls rest = calls == null ? null : calls.without(index);
        return rest == calls ? this : with(tool, rest);
    }

    /**
     * The newest of them by index, at most so many, known to be incomplete up to the time of those that were dropped. What is
     * left is shared with this one.
     */
    public History newest(int length) {
        return newest(length, Long.MAX_VALUE);
    }

    /** As {@link #newest(int)}, and of at most that {@linkplain #weight weight}. */
    public History newest(int length, long most) {
        if (size <= length && weight <= most) {
            return this;
        }
        long first = firstOfNewest(length, most);
        Instant dropped = Instant.MIN;
        SortedMap<ToolName, Calls> next = new TreeMap<>();
        int kept = 0;
        long weighs = 0;
        for (Map.Entry<ToolName, Calls> entry : byTool.entrySet()) {
            Instant latest = entry.getValue().latestBefore(first);
            dropped = latest.isAfter(dropped) ? latest : dropped;
            Calls rest = entry.getValue().from(first);
            if (rest != null) {
                next.put(entry.getKey(), rest);
                kept += rest.size();
                weighs += rest.weight();
            }
        }
        return new History(next, kept, weighs, completeSince, readableSince).truncatedAt(dropped);
    }

    /** The same calls; one at that time may be missing, and so may any before. */
    public History truncatedAt(Instant time) {
        return truncatedBefore(time.plusNanos(TICK));
    }

    /** The least index such that at most so many calls, of at most that weight, have it or a greater one. */
    private long firstOfNewest(int length, long most) {
        long low = 0;
        long high = byTool.values().stream().mapToLong(Calls::lastIndex).max().orElse(0) + 1;
        while (low < high) {
            long middle = (low + high) >>> 1;
            int before = 0;
            long weightBefore = 0;
            for (Calls calls : byTool.values()) {
                before += calls.countBefore(middle);
                weightBefore += calls.weightBefore(middle);
            }
            if (size - before <= length && weight - weightBefore <= most) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private History with(ToolName tool, @Nullable Calls calls) {
        SortedMap<ToolName, Calls> next = new TreeMap<>(byTool);
        Calls before = calls == null ? next.remove(tool) : next.put(tool, calls);
        int now = size - (before == null ? 0 : before.size()) + (calls == null ? 0 : calls.size());
        long weighs = weight - (before == null ? 0 : before.weight()) + (calls == null ? 0 : calls.weight());
        return new History(next, now, weighs, completeSince, readableSince);
    }

    /** The calls of one tool. */
    public Optional<Calls> calls(ToolName tool) {
        return Optional.ofNullable(byTool.get(tool));
    }

    /** The calls of each tool, in the order of the tools' names. */
    public Collection<Calls> calls() {
        return Collections.unmodifiableCollection(byTool.values());
    }

    /** The calls of one tool, oldest first. */
    public void forEach(ToolName tool, Consumer<Past> action) {
        Calls calls = byTool.get(tool);
        if (calls != null) {
            calls.forEach(action);
        }
    }

    /** All calls, tool by tool in the order of their names; oldest first within each. */
    public void forEach(Consumer<Past> action) {
        byTool.values().forEach(calls -> calls.forEach(action));
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
}
