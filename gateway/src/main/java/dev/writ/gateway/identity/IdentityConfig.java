package dev.writ.gateway.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

    /** How long a key that is rotated works on beside the one that takes over, if the request does not say. */
    @WithDefault("24h")
    Duration rotationOverlap();

    /** The longest that it may. */
    @WithDefault("30d")
    Duration maxRotationOverlap();

    /**
     * The URL under which callers reach the gateway, without a slash at the end. With it, whoever has no credentials is told where
     * to get them, and it is an audience of tokens.
     */
    Optional<URI> resource();

    /** The SPIFFE trust domains whose certificates identify callers. */
    Optional<List<String>> trustDomains();
}
