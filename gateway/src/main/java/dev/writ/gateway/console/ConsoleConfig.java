package dev.writ.gateway.console;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The console, which people use with a browser. */
@ConfigMapping(prefix = "writ.console")
interface ConsoleConfig {

    /** The longest that somebody stays signed in. */
    @WithDefault("12h")
    Duration sessionLifetime();

    /** How long somebody stays signed in who does nothing. Pages that refresh by themselves do not count. */
    @WithDefault("30m")
    Duration sessionIdle();
}
