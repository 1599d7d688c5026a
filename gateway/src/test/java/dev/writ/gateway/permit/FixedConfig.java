package dev.writ.gateway.permit;

import java.time.Duration;
import java.util.Optional;

/** The defaults, with another issuer and generation. */
record FixedConfig(Optional<String> issuer, int keyGeneration) implements PermitConfig {

    static final FixedConfig DEFAULT = new FixedConfig(Optional.of("https://writ.test"), 1);

    @Override
    public Duration lifetime() {
        return Duration.ofSeconds(60);
    }

    @Override
    public Duration keyLifetime() {
        return Duration.ofDays(30);
    }
}
