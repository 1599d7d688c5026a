package dev.writ.gateway.startup;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where this process keeps what it needs to start. */
@ConfigMapping(prefix = "writ")
public interface StartupConfig {

    /** Folder with the key files, and with the database if Writ brings its own. Set from {@code WRIT_HOME} or {@code --home}. */
    Path home();

    /**
     * Name of this process in entries and database connections; unique among replicas and the same after
     * a restart. Default: host name and port.
     */
    Optional<String> replica();

    DatabaseConfig database();

    AuditConfig audit();

    /** The database. */
    interface DatabaseConfig {
        /** {@code postgresql://user:password@host:port/database}. Set from {@code WRIT_DATABASE_URL}. */
        String url();
    }

    /** How the whole log is verified in the background. */
    interface ScrubConfig {
        /** How many times as long as a pass took it rests after it: 19 makes 5 % of a core. */
        @WithDefault("19")
        int rest();

        /** It rests at least that long. */
        @WithName("at-least")
        @WithDefault("1s")
        Duration atLeast();
    }

    /** The append path of the log. */
    interface AuditConfig {
        /** After that time without a commit the caller is refused. */
        @WithDefault("2s")
        Duration appendTimeout();

        /** Drafts that may wait. */
        @WithName("queue-length")
        @WithDefault("8192")
        int queueLength();

        /** Bytes of drafts that may wait. */
        @WithDefault("16M")
        MemorySize queueSize();

        ScrubConfig scrub();
    }
}
