package dev.writ.gateway.task;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How this process works off what is to be done later. */
@ConfigMapping(prefix = "writ.tasks")
interface TasksConfig {

    /** How often due tasks are looked for. What somebody's own act enqueues is looked for at once. */
    @WithDefault("1s")
    Duration pollInterval();

    /** Tasks that run at the same time. With 0 this replica runs none and leaves them to others. */
    @WithDefault("32")
    int threads();
}
