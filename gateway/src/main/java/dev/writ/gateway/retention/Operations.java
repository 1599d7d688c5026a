package dev.writ.gateway.retention;

import dev.writ.audit.Recorded;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every operation there ever was, as the log says at one point. Immutable; people make them, so they are few. */
record Operations(Map<String, Proposed> byId) {

    static final Operations NONE = new Operations(Map.of());

    Operations {
        byId = Map.copyOf(byId);
    }

    /** With these entries too, in the order of the log, whether or not they are in already. */
    Operations after(Collection<Recorded> since) {
        if (since.stream()
                .noneMatch(recorded ->
                        OperationEntries.KINDS.contains(recorded.entry().kind()))) {
            return this;
        }
        Map<String, Proposed> next = new HashMap<>(byId);
        since.forEach(recorded -> OperationEntries.apply(recorded, next));
        return new Operations(next);
    }

    Optional<Proposed> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The newest first. */
    List<Proposed> all() {
        return byId.values().stream()
                .sorted(Comparator.comparingLong(
                                (Proposed operation) -> operation.proposed().index())
                        .reversed())
                .toList();
    }

    /** The holds that stop it now, the oldest first. */
    List<Proposed> holding(Act act) {
        return byId.values().stream()
                .filter(Proposed::isHolding)
                .filter(operation -> operation.act() instanceof Act.Hold hold && act.isStoppedBy(hold))
                .sorted(Comparator.comparingLong(
                        operation -> operation.proposed().index()))
                .toList();
    }
}
