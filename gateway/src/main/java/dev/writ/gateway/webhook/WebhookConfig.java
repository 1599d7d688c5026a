package dev.writ.gateway.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Webhooks as operators may register them. */
@ConfigMapping(prefix = "writ.webhook")
interface WebhookConfig {

    /** Whether a webhook may ask for private addresses, and for plain HTTP to this host. */
    @WithDefault("true")
    boolean privateAddresses();

    /** Deliveries of this process at a time. Others wait, and hold up no other task. */
    @WithDefault("8")
    int concurrency();
}
