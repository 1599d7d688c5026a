package dev.writ.gateway.auditing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;

/** The log in its public form. */
@ConfigMapping(prefix = "writ.log")
interface LogConfig {

    /** Whether checkpoint and tiles, and with them every leaf, are for everybody: {@code /log/*} then asks for no key. */
    @WithName("public")
    @WithDefault("false")
    boolean isPublic();
}
