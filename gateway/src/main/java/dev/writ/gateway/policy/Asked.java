package dev.writ.gateway.policy;

import java.util.List;
import java.util.Optional;

/**
 * Which bundles a decision is of, by their digests.
 *
 * @param deciding the one whose rule decided first; if none did, the first of those that decide; absent if none is active
 * @param all whose rules were asked, in the order of their names
 */
public record Asked(Optional<String> deciding, List<String> all) {

    public Asked {
        all = List.copyOf(all);
    }
}
