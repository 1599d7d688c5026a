package dev.writ.gateway.catalog;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LogFollower;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which definitions wait for an operator's eyes. It is what the log's entries say and nothing else: there is no row to change. */
@ApplicationScoped
class Quarantine implements LogFollower {

    private static final Set<String> KINDS = Stream.concat(
                    QuarantineEntries.KINDS.stream(), ConnectorEntries.KINDS.stream())
            .collect(Collectors.toUnmodifiableSet());

    private final GovernedState governed;
    private volatile Map<String, ConnectorQuarantine> connectors = Map.of();

    Quarantine(GovernedState governed) {
        this.governed = governed;
    }

    /** What is held of that connector. */
    ConnectorQuarantine of(String connector) {
        return connectors.getOrDefault(connector, ConnectorQuarantine.EMPTY);
    }

    /**
     * What keeps that tool from being called, if anything does.
     *
     * @param since entries that touch one of the tool's {@link PinnedTool#topics()}, some of which may have arrived here already
     */
    Optional<Held> deniesAfter(PinnedTool tool, List<Recorded> since) {
        String connector = tool.definition().connector();
        ConnectorQuarantine now = of(connector);
        for (Recorded recorded : since) {
            if (connector(recorded.entry()).filter(connector::equals).isPresent()) {
                now = now.with(recorded);
            }
        }
        return now.denies(tool.definition().name());
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(KINDS).invoke(this::apply).replaceWithVoid();
    }

    @Override
    public void onEntry(Recorded recorded) {
        if (KINDS.contains(recorded.entry().kind())) {
            apply(List.of(recorded));
        }
    }

    /** Loading runs while entries arrive. */
    private synchronized void apply(List<Recorded> entries) {
        Map<String, ConnectorQuarantine> next = new HashMap<>(connectors);
        for (Recorded recorded : entries) {
            connector(recorded.entry())
                    .ifPresent(name -> next.merge(
                            name, ConnectorQuarantine.EMPTY.with(recorded), (known, one) -> known.with(recorded)));
        }
        connectors = Map.copyOf(next);
    }

    /** The connector that an entry is about, if it changes what is held. */
    static Optional<String> connector(Entry entry) {
        if (QuarantineEntries.KINDS.contains(entry.kind())) {
            return Optional.of(QuarantineEntries.connector(entry));
        }
        return Optional.of(entry)
                .filter(other -> ConnectorEntries.KINDS.contains(other.kind()))
                .map(ConnectorEntries::name);
    }
}
