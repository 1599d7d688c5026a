package dev.writ.gateway.origin;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What is kept in memory to find out where arguments come from. Nothing is unless a rule asks. */
@ConfigMapping(prefix = "writ.origin")
public interface OriginConfig {

    /** Of what one identity read, as much again of what it wrote, and of what all agents of one person wrote. The oldest is forgotten first. */
    @WithDefault("512K")
    MemorySize memory();

    /** Of all identities together, and as much again of all persons; the one that did not call for longest is read from the log again when it calls. */
    @WithDefault("128M")
    MemorySize totalMemory();

    /** Identities that are kept, and as many persons; others are read from the log again when they call. */
    @WithDefault("1000")
    int identities();

    /**
     * After something was forgotten, how long what cannot be told is held against the caller: untrusted text may have been where
     * nothing is known, and no result is trusted where own writing was forgotten.
     */
    @WithDefault("7d")
    Duration horizon();
}
