package dev.writ.audit.postgres;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries of the log, [start, end), by topic and by key, as many as fit a budget of bytes. Written on the log's event
 * loop, read by every thread that appends.
 */
final class Recent {

    private static final int REMEMBERED_KEYS = 8192;

    private final long budget;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private final Map<String, ArrayDeque<Recorded>> byTopic = new HashMap<>();
    private final Map<String, Long> byKey = new HashMap<>();
    // Keys that turned out to be taken by entries that are older: whoever asked once asks again.
    private final Map<String, Long> takenBefore = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED_KEYS;
        }
    };
    private long start;
    private long end;
    private long weight;

    /**
     * Entries that touch some topics.
     *
     * @param upTo size of the log when this was asked
     */
    record Since(List<Recorded> entries, long upTo) {}

    private record Kept(Recorded recorded, long weight) {}

    Recent(long budget, long size) {
        this.budget = budget;
        this.start = size;
        this.end = size;
    }

    synchronized long start() {
        return start;
    }

    synchronized long end() {
        return end;
    }

    synchronized void add(Recorded recorded, long itsWeight) {
        if (recorded.index() != end) {
            throw new IllegalStateException("entry " + recorded.index() + " does not follow " + end);
        }
        kept.addLast(new Kept(recorded, itsWeight));
        for (String topic : recorded.entry().topics()) {
            byTopic.computeIfAbsent(topic, none -> new ArrayDeque<>(4)).addLast(recorded);
        }
        for (String key : recorded.entry().keys()) {
            byKey.put(key, recorded.index());
        }
        end++;
        weight += itsWeight;
        while (weight > budget && kept.size() > 1) {
            dropOldest();
        }
    }

    /** Entries from {@code readAt} on that touch one of the topics; empty if these reach back further than what is kept. */
    synchronized Optional<Since> since(Set<String> topics, long readAt) {
        if (topics.isEmpty()) {
            return Optional.of(new Since(List.of(), end));
        }
        if (readAt < start) {
            return Optional.empty();
        }
        List<Recorded> found = new ArrayList<>();
        for (String topic : topics) {
            Iterator<Recorded> newestFirst = newestFirst(topic);
            while (newestFirst.hasNext()) {
                Recorded recorded = newestFirst.next();
                if (recorded.index() < readAt) {
                    break;
                }
                found.add(recorded);
            }
        }
        return Optional.of(new Since(inOrder(found), end));
    }

    /** Each once, by index. They come topic by topic in order, and the sort makes use of that. */
    static List<Recorded> inOrder(List<Recorded> found) {
        found.sort(Comparator.comparingLong(Recorded::index));
        List<Recorded> once = new ArrayList<>(found.size());
        for (Recorded recorded : found) {
            if (once.isEmpty() || once.get(once.size() - 1).index() != recorded.index()) {
                once.add(recorded);
            }
        }
        return Collections.unmodifiableList(once);
    }

    /** Whether an entry from that index on touches one of the topics. Only what is kept is asked. */
    synchronized boolean isTouched(Set<String> topics, long from) {
        for (String topic : topics) {
            Iterator<Recorded> newestFirst = newestFirst(topic);
            if (newestFirst.hasNext() && newestFirst.next().index() >= from) {
                return true;
            }
        }
        return false;
    }

    /** The index of the entry that holds the key, if it is known here. */
    synchronized @Nullable Long holder(String key) {
        Long recent = byKey.get(key);
        return recent == null ? takenBefore.get(key) : recent;
    }

    synchronized void remember(String key, long index) {
        takenBefore.put(key, index);
    }

    /** Drops what is known of inputs under that key; the entries stay. */
    synchronized void forget(String subjectKey) {
        List<Kept> all = List.copyOf(kept);
        kept.clear();
        all.forEach(one -> kept.addLast(new Kept(without(subjectKey, one.recorded()), one.weight())));
        byTopic.replaceAll((topic, touching) -> touching.stream()
                .map(recorded -> without(subjectKey, recorded))
                .collect(Collectors.toCollection(ArrayDeque::new)));
    }

    private static Recorded without(String subjectKey, Recorded recorded) {
        Entry entry = recorded.entry();
        if (entry.inputs().isEmpty() || !entry.subjectKey().equals(subjectKey)) {
            return recorded;
        }
        Entry bare = new Entry(
                entry.kind(),
                entry.at(),
                entry.keys(),
                entry.topics(),
                entry.columns(),
                entry.body(),
                subjectKey,
                List.of());
        return new Recorded(recorded.index(), recorded.leafHash(), bare);
    }

    private Iterator<Recorded> newestFirst(String topic) {
        ArrayDeque<Recorded> touching = byTopic.get(topic);
        return touching == null ? Collections.emptyIterator() : touching.descendingIterator();
    }

    private void dropOldest() {
        Kept oldest = kept.removeFirst();
        start = oldest.recorded().index() + 1;
        weight -= oldest.weight();
        for (String topic : oldest.recorded().entry().topics()) {
            byTopic.computeIfPresent(topic, (name, touching) -> {
                touching.removeFirst();
                return touching.isEmpty() ? null : touching;
            });
        }
        oldest.recorded().entry().keys().forEach(byKey::remove);
    }
}
