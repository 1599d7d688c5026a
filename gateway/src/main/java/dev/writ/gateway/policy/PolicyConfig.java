package dev.writ.gateway.policy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

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
}
