package dev.writ.gateway.auditing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How refused requests are recorded. */
@ConfigMapping(prefix = "writ.rejected-inputs")
interface RejectedInputsConfig {

    /** How often repeats of a refusal are recorded, as one entry with their number. */
    @WithDefault("10s")
    Duration every();

    /** Refusals (of one principal, with one problem, at one path) that are told apart in that time. */
    @WithDefault("1000")
    int distinct();
}
