package dev.writ.gateway.notice;

import dev.writ.model.Digest;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where people are told of escalations.
 *
 * @param id 32 hexadecimal digits
 * @param groups whose escalations; of every group if there are none
 * @param events of which they are told; of every one if there are none
 * @param sealed digest of the sealed address that its row holds
 * @param index of the entry that registered it
 */
record Channel(String id, Kind kind, Set<String> groups, Set<Occasion> events, Digest sealed, long index) {

    Channel {
        groups = Collections.unmodifiableSet(new TreeSet<>(groups));
        events = Collections.unmodifiableSet(new TreeSet<>(events));
    }

    boolean hears(Occasion event, Set<String> asked) {
        return (events.isEmpty() || events.contains(event))
                && (groups.isEmpty() || asked.stream().anyMatch(groups::contains));
    }
}
