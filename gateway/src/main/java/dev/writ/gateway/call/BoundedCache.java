package dev.writ.gateway.call;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is in memory, as far as there is room; what was not used for longest goes first. Guarded by whoever has it. */
final class BoundedCache<K, V> {

    private final Map<K, V> kept = new LinkedHashMap<>(64, 0.75f, true);
    private final int most;
    private final long room;
    private final ToLongFunction<V> weigh;
    private long weight;

    /**
     * @param most how many
     * @param room what they weigh together; a single one may weigh more
     */
    BoundedCache(int most, long room, ToLongFunction<V> weigh) {
        this.most = most;
        this.room = room;
        this.weigh = weigh;
    }

    @Nullable
    V get(K key) {
        return kept.get(key);
    }

    V getOrPut(K key, Supplier<? extends V> missing) {
        V here = kept.get(key);
        if (here == null) {
            here = missing.get();
            put(key, here);
        }
        return here;
    }

    void put(K key, V value) {
        V before = kept.put(key, value);
        weight += weigh.applyAsLong(value) - (before == null ? 0 : weigh.applyAsLong(before));
        Iterator<V> eldest = kept.values().iterator();
        while ((kept.size() > most || weight > room) && kept.size() > 1) {
            weight -= weigh.applyAsLong(eldest.next());
            eldest.remove();
        }
    }

    void changeIfPresent(K key, UnaryOperator<V> change) {
        V before = kept.get(key);
        if (before != null) {
            put(key, change.apply(before));
        }
    }

    void remove(K key, V value) {
        if (kept.remove(key, value)) {
            weight -= weigh.applyAsLong(value);
        }
    }

    void removeIf(Predicate<K> isGone) {
        kept.entrySet().removeIf(entry -> {
            boolean goes = isGone.test(entry.getKey());
            weight -= goes ? weigh.applyAsLong(entry.getValue()) : 0;
            return goes;
        });
    }

    void clear() {
        kept.clear();
        weight = 0;
    }

    int size() {
        return kept.size();
    }

    long weight() {
        return weight;
    }
}
