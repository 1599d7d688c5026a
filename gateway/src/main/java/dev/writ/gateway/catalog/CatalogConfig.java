package dev.writ.gateway.catalog;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Connectors as operators may register them. */
@ConfigMapping(prefix = "writ.catalog")
public interface CatalogConfig {

    /** Whether a registration may ask for private addresses and plain HTTP. */
    @WithDefault("true")
    boolean privateAddresses();

    /** Tools of one connector at most: one entry of the log names them all. */
    @WithDefault("250")
    int maxTools();

    /** Time-out of one request to a service whose registration names none. */
    @WithDefault("10s")
    Duration timeout();

    /** The longest time-out that a registration may name. */
    @WithDefault("60s")
    Duration maxTimeout();

    /** Longest answer of a service whose registration names none. */
    @WithDefault("1M")
    MemorySize answer();

    /** The longest answer that a registration may name. */
    @WithDefault("4M")
    MemorySize maxAnswer();
}
