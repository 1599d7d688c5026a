package dev.writ.gateway.export;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the log is forwarded to, entry by entry. */
@ConfigMapping(prefix = "writ.forward")
interface ForwardConfig {

    /** By name: lower-case letters, digits and '-'. The name is what its place in the log is kept under. */
    @WithParentName
    Map<String, Receiver> receivers();

    /** One receiver. */
    interface Receiver {

        /** What it understands. */
        Kind kind();

        /** {@code https}; for {@code otlp} with the path, which is {@code /v1/logs} as a rule. */
        String url();

        /** File with the secret that signs deliveries of kind webhook: {@code whsec_} and 24 to 64 bytes in base64. */
        Optional<Path> secretFile();

        /** File with a token that is sent as {@code Authorization: Bearer}. */
        Optional<Path> bearerFile();

        /** Kinds of entries to forward. Default: all. */
        Optional<Set<String>> kinds();

        /** Entries of one delivery at most, 1 to 1000. */
        @WithDefault("100")
        int batch();

        /** Where a forwarder that is new begins. */
        @WithDefault("beginning")
        Start start();

        /** Whether private addresses are connected to, and this host by plain HTTP. */
        @WithDefault("false")
        boolean privateAddresses();
    }

    /** Ways to put it. */
    enum Kind {
        WEBHOOK,
        OTLP
    }

    /** Where to begin. */
    enum Start {
        /** With entry 0. */
        BEGINNING,
        /** With the start of the first gateway that has it configured. */
        NOW
    }
}
