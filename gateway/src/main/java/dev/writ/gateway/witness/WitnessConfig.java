package dev.writ.gateway.witness;

import dev.writ.gateway.auditing.Witnessing;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Who cosigns the log's checkpoints, and what waits for that. */
@ConfigMapping(prefix = "writ.witness")
interface WitnessConfig {

    /** Policy file (c2sp.org/tlog-policy): the witnesses with their URLs, and the quorum. Without it there are no witnesses. */
    Optional<Path> policy();

    /** How often the newest checkpoint is sent to the witnesses, if there is a new one. */
    @WithDefault("1s")
    Duration interval();

    /** After that time without an answer a witness is taken for unreachable. */
    @WithDefault("5s")
    Duration timeout();

    /** How long each witness is asked at the start what it has seen of this log. */
    @WithDefault("2s")
    Duration startTimeout();

    /** Of {@code approvals}, {@code bundles} and {@code keys}, those that are answered only once they are witnessed. */
    Optional<Set<Witnessing.Operation>> requiredFor();

    /** How long such an answer waits at most. */
    @WithDefault("10s")
    Duration requiredWait();
}
