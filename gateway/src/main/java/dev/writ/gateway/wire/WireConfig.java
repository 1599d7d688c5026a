package dev.writ.gateway.wire;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Limits of what is read. */
@ConfigMapping(prefix = "writ.wire")
public interface WireConfig {

    /** Largest JSON body. Anything above {@code quarkus.http.limits.max-body-size} never gets here. */
    @WithDefault("1M")
    MemorySize maxJsonSize();

    /** Deepest nesting of arrays and objects in a body. */
    @WithDefault("64")
    int maxJsonDepth();
}
