package dev.writ.gateway.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The versions of one bundle's name that have a part now. Immutable.
 *
 * @param activations that lead to the active version, oldest first; none if none of this name is active
 * @param shadow a version that would decide
 */
record Line(List<Activation> activations, Optional<Canary> canary, Optional<Activation> shadow) {

    static final Line EMPTY = new Line(List.of(), Optional.empty(), Optional.empty());

    Line {
        activations = List.copyOf(activations);
    }

    Optional<Activation> active() {
        return activations.isEmpty() ? Optional.empty() : Optional.of(activations.get(activations.size() - 1));
    }

    /** The version that a rollback leads to. */
    Optional<Activation> previous() {
        return activations.size() < 2 ? Optional.empty() : Optional.of(activations.get(activations.size() - 2));
    }

    /** The version that decides for that identity, if one does. */
    Optional<Activation> decidesFor(String identity) {
        return canary.filter(share -> share.includes(identity))
                .map(share -> new Activation(share.name(), share.digest(), share.index()))
                .or(this::active);
    }

    /** Those that decide for somebody. */
    Stream<Activation> deciding() {
        return Stream.concat(
                active().stream(),
                canary.map(share -> new Activation(share.name(), share.digest(), share.index())).stream());
    }

    boolean isOf(String name) {
        return Stream.concat(deciding(), shadow.stream())
                .anyMatch(version -> version.name().name().equals(name));
    }

    Line activated(Activation activation) {
        List<Activation> all = new ArrayList<>(activations);
        all.add(activation);
        return new Line(
                all,
                Optional.empty(),
                shadow.filter(version -> !version.digest().equals(activation.digest())));
    }

    /** Without the active version: the one before it decides, from that entry on. */
    Line rolledBack(long index) {
        if (activations.size() < 2) {
            return new Line(List.of(), Optional.empty(), shadow);
        }
        List<Activation> all = new ArrayList<>(activations.subList(0, activations.size() - 2));
        Activation earlier = activations.get(activations.size() - 2);
        all.add(new Activation(earlier.name(), earlier.digest(), index));
        return new Line(all, Optional.empty(), shadow);
    }

    Line deactivated() {
        return new Line(List.of(), Optional.empty(), shadow);
    }

    Line tried(Canary share) {
        return new Line(
                activations,
                Optional.of(share),
                shadow.filter(version -> !version.digest().equals(share.digest())));
    }

    Line withCanary(Optional<Canary> share) {
        return new Line(activations, share, shadow);
    }

    Line withShadow(Optional<Activation> version) {
        return new Line(activations, canary, version);
    }
}
