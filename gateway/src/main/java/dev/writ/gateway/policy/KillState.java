package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.ToolDefinition;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every kill switch that was ever used, as the log says at one point. Immutable.
 *
 * @param switches what the newest entry about each says
 */
record KillState(Map<KillTarget, KillEntry> switches) {

    static final KillState EMPTY = new KillState(Map.of());

    KillState {
        switches = Collections.unmodifiableMap(new TreeMap<>(switches));
    }

    /** With these entries too, in any order, whether or not they are in already. */
    KillState after(List<Recorded> since) {
        KillState state = this;
        for (Recorded recorded : since) {
            state = KillEntry.read(recorded).map(state::with).orElse(state);
        }
        return state;
    }

    private KillState with(KillEntry entry) {
        Map<KillTarget, KillEntry> next = new TreeMap<>(switches);
        next.merge(entry.target(), entry, (known, other) -> other.index() > known.index() ? other : known);
        return new KillState(next);
    }

    /** What stops calls of that tool by that agent, if anything does. */
    Optional<KillTarget> stops(String agent, ToolDefinition tool) {
        if (switches.isEmpty()) {
            return Optional.empty();
        }
        return Stream.of(
                        KillTarget.EVERYTHING,
                        new KillTarget(KillScope.AGENT, agent),
                        new KillTarget(KillScope.TOOL, tool.name().value()),
                        new KillTarget(KillScope.CONNECTOR, tool.connector()))
                .filter(target -> Optional.ofNullable(switches.get(target))
                        .filter(KillEntry::engaged)
                        .isPresent())
                .findFirst();
    }

    /** The switches that are engaged, everything first. */
    List<KillEntry> engaged() {
        return switches.values().stream().filter(KillEntry::engaged).toList();
    }
}
