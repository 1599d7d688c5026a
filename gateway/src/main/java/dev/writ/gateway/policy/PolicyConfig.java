package dev.writ.gateway.policy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Policy bundles. */
@ConfigMapping(prefix = "writ.policy")
public interface PolicyConfig {

    /** Whether whoever published a bundle may activate it too. Two persons otherwise. */
    @WithDefault("false")
    boolean allowSelfActivation();

    /**
     * Whether a version decides only after a reviewer who did not publish it has approved it by a step of its own. Otherwise who
     * activates it is who looked at it.
     */
    @WithDefault("false")
    boolean fourEyes();

    /** Compiled bundles kept in memory besides those in use, so that activating one of them takes no time. */
    @WithDefault("3")
    int compiled();

    ShadowConfig shadow();

    CanaryConfig canary();

    /** Versions that decide without effect. */
    interface ShadowConfig {

        /** Decisions that may wait to be compared; one more is counted as dropped. */
        @WithDefault("1000")
        int queue();

        /** How often what was found is recorded, as one entry for each version. */
        @WithDefault("10s")
        Duration every();
    }

    /** Versions that decide for some. */
    interface CanaryConfig {

        /** By how many percent points the average identity's denied, escalated or failed calls may differ from the rest's. */
        @WithDefault("10")
        int band();

        /** Identities that must have called on both sides before anything is concluded. */
        @WithDefault("20")
        int minIdentities();
    }
}
