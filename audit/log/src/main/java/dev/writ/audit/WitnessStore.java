package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.Optional;
import java.util.function.Function;

/** What a witness remembers: of each log, the newest checkpoint that it has cosigned. */
public interface WitnessStore {

    /**
     * A checkpoint that was cosigned.
     *
     * @param note with the signatures of the log that were verified, and the cosignature
     */
    record Cosigned(long size, Digest root, String note) {}

    /**
     * What is to be answered, and remembered.
     *
     * @param remember empty if nothing changes
     */
    record Step(WitnessAnswer answer, Optional<Cosigned> remember) {}

    /**
     * Decides one request of a log. Between what {@code decision} is shown and what it has remembered, no other decision of the
     * same origin is taken by anybody; and what it wants remembered is on disk when this returns. Blocks.
     *
     * @throws java.io.UncheckedIOException if it cannot be remembered; then nothing may be answered
     */
    WitnessAnswer decide(String origin, Function<Optional<Cosigned>, Step> decision);

    /** The newest checkpoint of a log. */
    Optional<Cosigned> latest(String origin);
}
