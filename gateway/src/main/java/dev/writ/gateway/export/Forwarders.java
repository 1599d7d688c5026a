package dev.writ.gateway.export;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tells how far the forwarders that this replica is configured with are behind, whichever replica runs them. */
@ApplicationScoped
public class Forwarders {

    private final Forwarding forwarding;
    private final Feed feed;

    Forwarders(Forwarding forwarding, Feed feed) {
        this.forwarding = forwarding;
        this.feed = feed;
    }

    /**
     * Where a forwarder stands.
     *
     * @param entries that it has not delivered yet
     * @param since time of the first of these, if there is one
     */
    public record Standing(String name, long entries, Optional<Instant> since) {}

    /** All forwarders, by name. One that has no place in the log yet is not among them. */
    public Uni<List<Standing>> all() {
        return Multi.createFrom()
                .iterable(forwarding.names())
                .onItem()
                .transformToUniAndConcatenate(name -> feed.lag(name)
                        .map(lag -> lag.map(known -> new Standing(name, known.entries(), known.since())).stream()
                                .toList()))
                .onItem()
                .<Standing>disjoint()
                .collect()
                .asList();
    }
}
