package dev.writ.gateway.call;

import dev.writ.audit.Recorded;
import dev.writ.gateway.envelope.Held;
import dev.writ.model.History;
import dev.writ.model.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The histories that a decision may look back at, each at one moment.
 *
 * @param asked size of the log when they were asked for
 * @param envelopes of the agent, as of then or later
 */
record Gathered(Map<Scope, Histories.Snapshot> snapshots, long asked, Optional<Held> envelopes) {

    Gathered {
        snapshots = Map.copyOf(snapshots);
    }

    /** Without envelopes. */
    Gathered(Map<Scope, Histories.Snapshot> snapshots, long asked) {
        this(snapshots, asked, Optional.empty());
    }

    Gathered withoutEnvelopes() {
        return new Gathered(snapshots, asked);
    }

    Gathered with(Held held) {
        return new Gathered(snapshots, asked, Optional.of(held));
    }

    Set<Scope> scopes() {
        return snapshots.keySet();
    }

    /** Size of the log up to which nothing is missing in any of them. */
    long readAt() {
        return snapshots.values().stream().mapToLong(Histories.Snapshot::readAt).reduce(asked, Math::min);
    }

    Set<String> topics() {
        return snapshots.values().stream()
                .map(snapshot -> snapshot.whose().topic())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** That of the identity, with what happened since; nothing is known of it if no rule looks back at it. */
    History identity(List<Recorded> since) {
        return snapshots.containsKey(Scope.IDENTITY)
                ? snapshots.get(Scope.IDENTITY).after(since)
                : History.UNKNOWN;
    }

    /** The wider ones, with what happened since. */
    Map<Scope, History> shared(List<Recorded> since, UnaryOperator<History> earlier) {
        return snapshots.entrySet().stream()
                .filter(one -> one.getKey() != Scope.IDENTITY)
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, one -> earlier.apply(one.getValue().after(since))));
    }
}
