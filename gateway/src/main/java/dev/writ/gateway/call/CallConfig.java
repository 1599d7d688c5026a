package dev.writ.gateway.call;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The path of a call. */
@ConfigMapping(prefix = "writ.call")
public interface CallConfig {

    /** From the decision on, how long a tool may take before the outcome counts as unknown. */
    @WithDefault("30s")
    Duration deadline();

    /**
     * After the deadline, how long the process that invoked may still record the outcome before any other may; likewise, how long
     * after its time a call that has to follow another one may still be recorded.
     */
    @WithDefault("2s")
    Duration sweepGrace();

    /** How long one request waits for an outcome at most, whatever it asks for. */
    @WithDefault("60s")
    Duration maxWait();

    /** How long the answer to a denial waits for a hint at what would be allowed, at most; {@code 0s} for no hints at all. */
    @WithDefault("100ms")
    Duration hintTime();

    /** Longest client key, in characters. */
    @WithDefault("200")
    int maxKeyLength();

    /** Longest purpose, in characters. */
    @WithDefault("1000")
    int maxPurposeLength();

    /** Histories that are kept in memory; those of identities that have not called for long are read from the log again. */
    @WithDefault("10000")
    int histories();

    /** Calls kept per identity. A rule that looks further back than the oldest of them denies. */
    @WithDefault("10000")
    int historyLength();

    /**
     * Calls kept of a history that many share: of a person, of a tool, of all there are. There is one only where an active rule
     * looks back at it.
     */
    @WithDefault("20000")
    int sharedHistoryLength();

    /**
     * What the calls of one history may weigh together, about; the oldest are dropped, as if they were too many. What they weigh
     * is estimated from their arguments and extracts.
     */
    @WithDefault("16M")
    MemorySize historyMemory();

    /**
     * What the arguments and extracts of one call in a history may weigh. Of one with more neither is kept, and a rule that asks
     * what calls of its tool were about is in doubt as long as its window reaches that far.
     */
    @WithDefault("64K")
    MemorySize historyCallMemory();

    /** What all histories in memory may weigh together; the one that was not used for longest is read from the log again. */
    @WithDefault("128M")
    MemorySize historiesMemory();
}
