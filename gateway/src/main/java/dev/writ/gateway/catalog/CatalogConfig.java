package dev.writ.gateway.catalog;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

    /** Whether MCP servers may be registered that are programs the gateway starts, as its own user. */
    @WithDefault("false")
    boolean stdio();

    /** The only programs that may be started, by their whole paths. Not set: any, once {@code stdio} is on. */
    Optional<List<String>> stdioPrograms();

    /** Folder that programs are started in, each in a folder of its own name; it is their {@code HOME}. */
    @WithDefault("${writ.home}/programs")
    Path stdioFolder();

    /** Longest answer of a service whose registration names none. */
    @WithDefault("1M")
    MemorySize answer();

    /** The longest answer that a registration may name. */
    @WithDefault("4M")
    MemorySize maxAnswer();
}
