package dev.writ.gateway.mcp;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The MCP endpoint. */
@ConfigMapping(prefix = "writ.mcp")
interface McpConfig {

    /**
     * Names that requests may be addressed to (the host of {@code Host}), and that pages may have that send them (the host of
     * {@code Origin}). Loopback names and {@code quarkus.http.host} always may.
     */
    Optional<Set<String>> hosts();

    /** How long a call that waits for people holds its request, if the client cannot take it as a task. */
    @WithDefault("45s")
    Duration hold();

    /** How often a stream that has nothing to say says so, so that nobody between cuts it. */
    @WithDefault("15s")
    Duration keepAlive();

    /** How long a session of a client of 2025 lasts. It then begins another by itself. */
    @WithDefault("24h")
    Duration sessionLifetime();

    /** Sessions that this process remembers as ended by their client. */
    @WithDefault("10000")
    int endedSessions();

    /** Tools, prompts or resources of one page of a list. */
    @WithDefault("200")
    int page();

    /** How long clients may keep a list before they ask again. */
    @WithDefault("5s")
    Duration listLifetime();

    /** Streams that belong to no call and are open at once. For one more there is a 503, and lists can still be asked for. */
    @WithDefault("1000")
    int streams();

    /** Such streams of one principal at once. For one more there is a 429. */
    @WithDefault("50")
    int streamsPerPrincipal();

    /** How long such a stream lasts. Its client then opens another, with credentials that are looked at again. */
    @WithDefault("10m")
    Duration streamLifetime();

    /** How often clients should ask after a task. */
    @WithDefault("2s")
    Duration pollInterval();

    /** How long a client of 2025 may take to answer what a tool asks it; the call's own deadline may be sooner. */
    @WithDefault("2m")
    Duration answerTimeout();

    /** How long a client of 2026 may take to go on with a call that asked it for input. */
    @WithDefault("30m")
    Duration stateLifetime();

    /** Longest time that {@code writ_call_status} waits for the end of a call. */
    @WithDefault("45s")
    Duration statusWait();
}
