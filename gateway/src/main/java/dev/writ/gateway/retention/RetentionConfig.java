package dev.writ.gateway.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.Optional;

/** How long what is kept. */
@ConfigMapping(prefix = "writ")
interface RetentionConfig {

    /** What tools answered. */
    Results results();

    /** Entries of the log. */
    Audit audit();

    /** What tools answered. */
    interface Results {

        /** How long what tools answered is kept, encrypted. That they answered, and digests of it, stays. */
        @WithDefault("30d")
        Duration retention();

        /** How often what is older is deleted. */
        @WithDefault("24h")
        Duration expireEvery();
    }

    /** Entries of the log. */
    interface Audit {

        /** Entries that are younger cannot be pruned. Without it none can. At least 35 days. */
        Optional<Duration> retention();

        /** Operations that need two people. */
        Operations operations();
    }

    /** Operations that need two people. */
    interface Operations {

        /** How long a proposal can be confirmed. */
        @WithDefault("7d")
        Duration expiry();

        /** How often it is looked whether a hold still stops an operation that was confirmed. */
        @WithName("held-retry")
        @WithDefault("1m")
        Duration heldRetry();
    }
}
