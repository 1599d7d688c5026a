package dev.writ.gateway.permit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The tokens that show a tool that a call was permitted. */
@ConfigMapping(prefix = "writ.permit")
interface PermitConfig {

    /** Who issues them: the claim {@code iss}, for example the URL of this gateway. Unless said otherwise, the log's origin. */
    Optional<String> issuer();

    /** How long a token lives at most; never longer than the call's deadline. */
    @WithDefault("60s")
    Duration lifetime();

    /** How long a key signs. Its successor is published that long before, and its predecessor that long after. */
    @WithDefault("30d")
    Duration keyLifetime();

    /** Raised by one, all keys are replaced at once, without any overlap: for a key that somebody else may have got. */
    @WithDefault("1")
    int keyGeneration();
}
