package dev.writ.gateway.mcp;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import java.time.Instant;

/**
 * What a client of 2025 said when it opened: all that later requests of it do not say again. It authenticates nobody; the principal is
 * the one that has to come with each request.
 *
 * @param id random
 * @param principal whose it is
 * @param capabilities of the client that the gateway makes use of
 * @param client its name, cut short; its own word
 * @param expiresAt to the second
 */
record ClientSession(
        String id, String principal, Revision revision, JsonObject capabilities, String client, Instant expiresAt) {

    private static final int LONGEST_NAME = 64;

    ClientSession {
        capabilities = Capabilities.used(capabilities);
        client = client.length() <= LONGEST_NAME ? client : client.substring(0, LONGEST_NAME);
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("id", id)
                .put("principal", principal)
                .put("revision", revision.text())
                .put("capabilities", capabilities)
                .put("client", client)
                .put("expires", JsonNumber.of(expiresAt.getEpochSecond()))
                .build();
    }

    /** Reads what {@link #toJson} wrote. */
    static ClientSession of(JsonObject json) {
        return new ClientSession(
                json.text("id").orElseThrow(),
                json.text("principal").orElseThrow(),
                Revision.of(json.text("revision").orElseThrow()).orElseThrow(),
                json.object("capabilities").orElseThrow(),
                json.text("client").orElseThrow(),
                Instant.ofEpochSecond(json.number("expires").orElseThrow().longValue()));
    }
}
