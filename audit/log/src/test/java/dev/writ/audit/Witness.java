package dev.writ.audit;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A settlement that remembers what it was shown. */
final class Witness implements Settlement<String> {

    private final List<List<Recorded>> seen = new CopyOnWriteArrayList<>();
    private final Entry entry;

    Witness(String kind, Set<String> topics, Input... inputs) {
        this.entry = Entries.touching(kind, topics, inputs);
    }

    @Override
    public Settled<String> settle(List<Recorded> since) {
        seen.add(List.copyOf(since));
        return new Settled<>(entry, "");
    }

    /** Of each time it settled. */
    List<List<Recorded>> seen() {
        return seen;
    }

    List<Recorded> lastSeen() {
        return seen.get(seen.size() - 1);
    }
}
