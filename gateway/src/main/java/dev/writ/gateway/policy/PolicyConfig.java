package dev.writ.gateway.policy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Policy bundles. */
@ConfigMapping(prefix = "writ.policy")
public interface PolicyConfig {

    /** Whether whoever published a bundle may activate it too. Two persons otherwise. */
    @WithDefault("false")
    boolean allowSelfActivation();

    /** Compiled bundles kept in memory besides the active one, so that activating one of them takes no time. */
    @WithDefault("3")
    int compiled();
}
