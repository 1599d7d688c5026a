package dev.writ.gateway.console;

import dev.writ.model.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Somebody who is signed in, as their browser's cookie says.
 *
 * @param id random; the log knows it, and whoever has it has nothing
 * @param keyId of the key that was shown
 * @param seenAt when they last did something, to about a minute
 */
record Session(String id, String keyId, Instant startedAt, Instant seenAt) {

    Session seenAt(Instant now) {
        return new Session(id, keyId, startedAt, now);
    }

    /**
     * Whether it has not ended by itself.
     *
     * @param lifetime the longest that it may last
     * @param idle how long it lasts without anything being done
     */
    boolean isLiveAt(Instant now, Duration lifetime, Duration idle) {
        return now.isBefore(startedAt.plus(lifetime)) && now.isBefore(seenAt.plus(idle));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("id", id)
                .put("key", keyId)
                .put("startedAt", startedAt.toString())
                .put("seenAt", seenAt.toString())
                .build();
    }

    static Optional<Session> fromJson(JsonObject json) {
        try {
            return Optional.of(new Session(
                    json.text("id").orElseThrow(),
                    json.text("key").orElseThrow(),
                    Instant.parse(json.text("startedAt").orElseThrow()),
                    Instant.parse(json.text("seenAt").orElseThrow())));
        } catch (NoSuchElementException | DateTimeException anotherForm) {
            return Optional.empty();
        }
    }
}
