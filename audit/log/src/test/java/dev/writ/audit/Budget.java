package dev.writ.audit;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was spent, as a replica that follows the log knows it. */
final class Budget {
    static final String TOPIC = "budget/a";

    private final List<Long> spent = new CopyOnWriteArrayList<>();

    void follow(Recorded recorded) {
        if (recorded.entry().kind().equals("SPENT")) {
            spent.add(recorded.index());
        }
    }

    long spentBefore(long readAt) {
        return spent.stream().filter(index -> index < readAt).count();
    }

    Settled<Boolean> spend(long before, List<Recorded> since, int budget) {
        long now = before
                + since.stream()
                        .filter(recorded -> recorded.entry().kind().equals("SPENT"))
                        .count();
        boolean granted = now < budget;
        return new Settled<>(granted ? Entries.touching("SPENT", Set.of(TOPIC)) : Entries.plain("REFUSED"), granted);
    }
}
