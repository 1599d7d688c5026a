package dev.writ.gateway.console;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The console, which people use with a browser. */
@ConfigMapping(prefix = "writ.console")
interface ConsoleConfig {

    /** The longest that somebody stays signed in. */
    @WithDefault("12h")
    Duration sessionLifetime();

    /** How long somebody stays signed in who does nothing. Pages that refresh by themselves do not count. */
    @WithDefault("30m")
    Duration sessionIdle();

    /** The URL under which people reach the gateway, without a slash at the end. Its links begin with it. */
    Optional<URI> url();
}
