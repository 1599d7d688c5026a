package dev.writ.gateway.auditing;

import dev.writ.audit.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Entries in the order of the log, each once: those that are loaded, and then those that arrive, of which some arrive while others are
 * being loaded, and some twice. So whoever follows the log need not remember what has ended, in case that its beginning still comes.
 */
public final class InOrder {

    private final Set<String> loaded;
    private final Set<String> further;
    private final Consumer<Recorded> apply;
    private final List<Recorded> early = new ArrayList<>();
    private boolean isLoaded;
    private long last = -1;
    private long lastFurther = -1;

    /**
     * Of those kinds.
     *
     * @param loaded of which every entry is loaded that is there by then
     * @param further of which none is, and which apply to what there is
     */
    public InOrder(Set<String> loaded, Set<String> further, Consumer<Recorded> apply) {
        this.loaded = Set.copyOf(loaded);
        this.further = Set.copyOf(further);
        this.apply = apply;
    }

    /** Applies these, and then what has arrived meanwhile. */
    public void load(List<Recorded> entries) {
        load(entries, () -> entries.forEach(apply));
    }

    /** The same, of which all is applied at once. */
    public synchronized void load(List<Recorded> entries, Runnable all) {
        all.run();
        last = entries.isEmpty() ? -1 : entries.get(entries.size() - 1).index();
        isLoaded = true;
        early.forEach(this::next);
        early.clear();
    }

    /** Applies one that arrives, as soon as its turn has come. */
    public synchronized void arrived(Recorded recorded) {
        String kind = recorded.entry().kind();
        if (!loaded.contains(kind) && !further.contains(kind)) {
            return;
        }
        if (isLoaded) {
            next(recorded);
        } else {
            early.add(recorded);
        }
    }

    private void next(Recorded recorded) {
        long index = recorded.index();
        if (further.contains(recorded.entry().kind())) {
            if (index > lastFurther) {
                lastFurther = index;
                apply.accept(recorded);
            }
        } else if (index > last) {
            last = index;
            apply.accept(recorded);
        }
    }
}
