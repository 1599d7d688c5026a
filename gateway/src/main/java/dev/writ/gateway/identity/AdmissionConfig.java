package dev.writ.gateway.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much one caller may ask for, so that one cannot take the gateway from the others. */
@ConfigMapping(prefix = "writ.admission")
interface AdmissionConfig {

    /** Requests per second of one principal, on average. */
    @WithDefault("5000")
    int rate();

    /** Requests of one principal above its rate, after it was silent. */
    @WithDefault("10000")
    int burst();

    /** Requests of one principal at a time: a quarter of the drafts that the log lets wait. */
    @WithDefault("2048")
    int concurrency();

    /** Requests per second without valid credentials from one address (IPv4) or network (IPv6, /64). */
    @WithDefault("20")
    int strangerRate();

    /** Requests without valid credentials from one address above that rate, after it was silent. */
    @WithDefault("200")
    int strangerBurst();

    /** Addresses that are remembered. */
    @WithDefault("10000")
    int strangers();
}
