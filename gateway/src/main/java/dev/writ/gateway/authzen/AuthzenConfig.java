package dev.writ.gateway.authzen;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The AuthZEN endpoints. */
@ConfigMapping(prefix = "writ.authzen")
interface AuthzenConfig {

    /**
     * The {@code https} URL under which enforcement points reach the gateway; by default what each request was sent to. Then the metadata
     * is told under loopback names and {@code quarkus.http.host} alone.
     */
    Optional<String> url();

    /** The external connectors that questions may be about; by default all of them. */
    Optional<List<String>> connectors();

    /** How long people can be asked about what was denied and can be approved. Then the question is asked again. */
    @WithDefault("10m")
    Duration requestableFor();

    /** Questions in one request, at most. */
    @WithDefault("100")
    int maxEvaluations();

    /** Questions of one request that are decided at a time. */
    @WithDefault("16")
    int parallel();

    /** Entities or actions that one search looks at, at most. */
    @WithDefault("1000")
    int maxCandidates();
}
