package dev.writ.gateway.envoy;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Envoys that ask before they pass a request on. */
@ConfigMapping(prefix = "writ.envoy")
interface EnvoyConfig {

    /** Whether there is a port for them (gRPC, {@code envoy.service.auth.v3.Authorization}). */
    @WithDefault("false")
    boolean enabled();

    /** Address to listen on. */
    @WithDefault("127.0.0.1")
    String host();

    /** Port to listen on. */
    @WithDefault("9191")
    int port();

    /**
     * File with what Envoys send as {@code authorization: Bearer ...} in the metadata of each question: 32 characters at least. Needed
     * unless their certificates are checked.
     */
    Optional<Path> tokenFile();

    /** Certificate chain of this port, PEM; without one it speaks plain HTTP/2. */
    Optional<Path> certificate();

    /** Its private key, PEM. */
    Optional<Path> certificateKey();

    /** Certificates of who signs those of Envoys, PEM; then an Envoy without one is not heard. */
    Optional<Path> clientAuthority();

    /**
     * Whether the client certificates that Envoys say they have checked ({@code include_peer_certificate}) identify callers, as those do
     * that callers show to Writ itself. Whoever may ask here may then ask as any of them.
     */
    @WithDefault("false")
    boolean callerCertificates();

    /** Largest question, the request's body included. */
    @WithDefault("1M")
    MemorySize maxMessageSize();

    /** Headers of plain requests that rules see, in lower case. */
    @WithDefault("content-type")
    Set<String> headers();
}
