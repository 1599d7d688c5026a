package dev.writ.gateway.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Keys and sessions. */
@ConfigMapping(prefix = "writ.identity")
interface IdentityConfig {

    /** Life of a key that was asked for without {@code expiresIn}. */
    @WithDefault("90d")
    Duration keyLifetime();

    /** Longest life a key can be given. */
    @WithDefault("366d")
    Duration maxKeyLifetime();

    /** How many persons one key may act for. Their pseudonyms are part of the key's entry, which is bounded. */
    @WithDefault("1000")
    int maxSubjects();

    /** Life of the bootstrap key of a first run. After it, a restart makes another, as long as there is no administrator's key. */
    @WithDefault("24h")
    Duration bootstrapLifetime();

    /** Folder for the file {@code bootstrap-key}. Default: that of the installation. */
    @WithDefault("${writ.home}")
    Path bootstrapFolder();

    /** Sessions kept in memory; others are looked up in the database. */
    @WithDefault("100000")
    int sessionsInMemory();
}
