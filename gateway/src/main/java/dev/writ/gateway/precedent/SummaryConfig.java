package dev.writ.gateway.precedent;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A model that describes calls to their approvers. Without one there are no summaries. */
@ConfigMapping(prefix = "writ.summary")
interface SummaryConfig {

    /** Where it is asked, as OpenAI's API is: {@code https://models.example.com/v1}. What approvers see is sent there. */
    Optional<String> baseUrl();

    /** File with the key that is sent as {@code Authorization: Bearer}. */
    Optional<Path> apiKeyFile();

    /** Its name; needed with {@link #baseUrl}. */
    Optional<String> model();

    /** After how long an answer is given up. */
    @WithDefault("20s")
    Duration timeout();

    /** How often it is asked at a time by this process. */
    @WithDefault("2")
    int concurrency();

    /** Largest call, as JSON, that it is asked to describe. */
    @WithDefault("16K")
    MemorySize maxCall();

    /** Most tokens of an answer. */
    @WithDefault("300")
    int maxTokens();
}
