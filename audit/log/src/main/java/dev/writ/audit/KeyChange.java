package dev.writ.audit;

import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the log says of its own keys: from an entry on, one more signs, or one signs no longer. The tree goes on; so a proof that
 * was made with any key stays one.
 *
 * @param key the one that comes or goes
 * @param isAdded whether it comes
 */
public record KeyChange(LogVerifierKey key, boolean isAdded) {

    /** Kind of the entry that adds a key. Checkpoints from it on are signed by it too. */
    public static final String ADDED = "LOG_KEY_ADDED";

    /** Kind of the entry that retires a key. No checkpoint from it on needs its signature. */
    public static final String RETIRED = "LOG_KEY_RETIRED";

    private static final String VKEY = "vkey";

    /** Whether entries of that kind state changes. */
    static boolean isStatedBy(String kind) {
        return kind.equals(ADDED) || kind.equals(RETIRED);
    }

    /** The change that an entry states, if it states one. */
    public static Optional<KeyChange> of(Entry entry) {
        if (!isStatedBy(entry.kind())) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeyChange(
                    LogVerifierKey.parse(entry.body().text(VKEY).orElse("")),
                    entry.kind().equals(ADDED)));
        } catch (IllegalArgumentException malformed) {
            throw new VerificationException("an entry about a key of the log names none", malformed);
        }
    }

    /** The entry key that holds where a key was added. */
    public static String addedKey(LogVerifierKey key) {
        return "log-key-added/" + key.vkey();
    }

    /** The entry that states it. A key comes and goes once. */
    public Entry toEntry(Instant at) {
        String kind = isAdded ? ADDED : RETIRED;
        return new Entry(
                kind,
                at,
                List.of(isAdded ? addedKey(key) : "log-key-retired/" + key.vkey()),
                Set.of(),
                Map.of(),
                JsonObject.builder().put(VKEY, key.vkey()).build(),
                "writ",
                List.of());
    }
}
