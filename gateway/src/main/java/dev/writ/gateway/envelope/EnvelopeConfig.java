package dev.writ.gateway.envelope;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Approvals of more than one call. */
@ConfigMapping(prefix = "writ.envelope")
interface EnvelopeConfig {

    /** Envelopes of one agent that calls may rest on at a time, with those that others have yet to consent to. */
    @WithDefault("100")
    int maxLive();
}
