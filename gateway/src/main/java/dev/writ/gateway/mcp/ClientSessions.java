package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions of clients of 2025, as tokens that the client carries: no replica keeps any. That one was ended is remembered by the process
 * that was told, and by no other: a session grants nothing, so that it does no harm where it goes on.
 */
@ApplicationScoped
class ClientSessions {

    private final Seal seal;
    private final McpConfig config;
    private final SecureRandom random;
    private final InstantSource clock;

    /** Guarded by its monitor. */
    private final Map<String, Boolean> ended;

    ClientSessions(Seal seal, McpConfig config, SecureRandom random, InstantSource clock) {
        this.seal = seal;
        this.config = config;
        this.random = random;
        this.clock = clock;
        this.ended = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > config.endedSessions();
            }
        };
    }

    /** The token of a new one. */
    String open(String principal, Revision revision, JsonObject capabilities, String client) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        ClientSession session = new ClientSession(
                HexFormat.of().formatHex(id),
                principal,
                revision,
                capabilities,
                client,
                clock.instant().plus(config.sessionLifetime()));
        return seal.seal(Seal.Use.SESSION, session.toJson());
    }

    /** The session of that token; empty if there is none, it is somebody else's, or it is over. */
    Optional<ClientSession> find(String token, String principal) {
        return seal.open(Seal.Use.SESSION, token)
                .map(ClientSession::of)
                .filter(session -> session.principal().equals(principal))
                .filter(session -> clock.instant().isBefore(session.expiresAt()))
                .filter(session -> !isEnded(session));
    }

    void end(ClientSession session) {
        synchronized (ended) {
            ended.put(session.id(), true);
        }
    }

    private boolean isEnded(ClientSession session) {
        synchronized (ended) {
            return ended.containsKey(session.id());
        }
    }
}
