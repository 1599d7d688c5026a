package dev.writ.gateway.origin;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Texts that one entry of the log brought before an agent, or that the agent wrote.
 *
 * @param index of the entry
 * @param session that the person's words belong to; empty for all else, which belongs to the identity
 */
public record Sighting(long index, Instant at, Kind kind, Optional<String> session, Passage passage) {

    /** Whose texts they are. */
    public enum Kind {
        /** The person's, as the application gave them. */
        SAID,
        /** Of fields that the operator trusts. */
        TRUSTED,
        /** Of fields that outsiders can write. */
        UNTRUSTED,
        /** Arguments of the agent's own calls. */
        WRITTEN
    }

    /** What the person said in a session. */
    public static Sighting said(long index, Instant at, String session, String text) {
        return new Sighting(index, at, Kind.SAID, Optional.of(session), Passage.of(List.of(text), SeenTexts.LONGEST));
    }

    static Sighting of(long index, Instant at, Kind kind, Collection<String> texts) {
        return new Sighting(index, at, kind, Optional.empty(), Passage.of(texts, SeenTexts.LONGEST));
    }

    int size() {
        return passage.size();
    }

    @Override
    public String toString() {
        return "Sighting[" + index + ", " + kind + ", " + passage + "]";
    }
}
