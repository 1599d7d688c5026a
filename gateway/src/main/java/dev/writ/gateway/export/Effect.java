package dev.writ.gateway.export;

import java.util.Optional;

/**
 * Something that a system of record says has happened.
 *
 * @param line of the file it was read from
 * @param call the call id that the connector sent along
 * @param upstreamId the system's own id
 */
public record Effect(long line, Optional<String> call, Optional<String> upstreamId) {

    public Effect {
        if (call.isEmpty() && upstreamId.isEmpty()) {
            throw new IllegalArgumentException("line " + line + " has neither a call id nor an upstream id");
        }
    }
}
