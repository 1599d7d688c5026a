package dev.writ.gateway.notice;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How people are told of escalations. */
@ConfigMapping(prefix = "writ.notifications")
interface NotificationsConfig {

    /** Messages to one channel within a minute, at most; whatever is more becomes part of the last of them. 1 or more. */
    @WithDefault("10")
    int perMinute();

    /** How often a message is sent before it is a dead letter. 1 or more. */
    @WithDefault("8")
    int attempts();

    /** When a message that failed is sent again; after each further failure four times as long, an hour at most. */
    @WithDefault("10s")
    Duration retryAfter();

    /** How long before an escalation expires people are told again; half way to it if that is later. */
    @WithDefault("30m")
    Duration remindBefore();

    /** Whether a channel may ask for private addresses, and for plain HTTP to this host. */
    @WithDefault("true")
    boolean privateAddresses();

    /** Channels that this process sends to at a time. Others wait, and hold up no other task. */
    @WithDefault("8")
    int concurrency();
}
