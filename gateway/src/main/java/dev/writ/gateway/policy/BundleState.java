package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bundles as the log says at one point: which were published, and which decides. Immutable.
 *
 * @param active the newest activation; empty until there is one
 */
record BundleState(Map<Digest, Published> published, Optional<Activation> active) {

    static final BundleState EMPTY = new BundleState(Map.of(), Optional.empty());

    BundleState {
        published = Collections.unmodifiableMap(published);
    }

    /** With these entries too, whether or not they are in already. */
    BundleState after(List<Recorded> entries) {
        Map<Digest, Published> all = new HashMap<>(published);
        entries.forEach(recorded ->
                BundleEntries.readPublished(recorded).ifPresent(bundle -> all.putIfAbsent(bundle.digest(), bundle)));
        return new BundleState(all, activeAfter(entries));
    }

    /** Which bundle decides after these entries too, some of which may be in already. */
    Optional<Activation> activeAfter(List<Recorded> entries) {
        Optional<Activation> newest = active;
        for (Recorded recorded : entries) {
            Optional<Activation> other = BundleEntries.readActivated(recorded);
            if (other.isPresent()
                    && other.get().index() > newest.map(Activation::index).orElse(-1L)) {
                newest = other;
            }
        }
        return newest;
    }

    Optional<Published> bundle(Digest digest) {
        return Optional.ofNullable(published.get(digest));
    }

    boolean isActive(Digest digest) {
        return active.filter(activation -> activation.digest().equals(digest)).isPresent();
    }

    /** All of them, newest first. */
    List<Published> newestFirst() {
        return published.values().stream()
                .sorted(Comparator.comparingLong(Published::index).reversed())
                .toList();
    }
}
