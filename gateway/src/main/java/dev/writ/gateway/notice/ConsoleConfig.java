package dev.writ.gateway.notice;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Where people find the console. */
@ConfigMapping(prefix = "writ.console")
interface ConsoleConfig {

    /** Address that people reach the gateway at, such as {@code https://writ.example.com}: what links in messages begin with. */
    Optional<String> url();
}
