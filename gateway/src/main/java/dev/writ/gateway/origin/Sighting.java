package dev.writ.gateway.origin;

import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Texts that one entry of the log brought before an agent, or that the agent wrote.
 *
 * @param index of the entry
 * @param session that the person's words belong to; empty for all else, which belongs to the identity
 * @param names of somebody, that the person's words seem to be
 * @param items that the person may refer to
 */
public record Sighting(
        long index, Instant at, Kind kind, Optional<String> session, Passage passage, Passage names, List<Item> items) {

    public Sighting {
        items = List.copyOf(items);
    }

    /** What the person may refer to by one of its keys. */
    record Item(List<Value> keys, Passage passage, List<String> arguments) {

        static Item of(Provenance.Item item) {
            return new Item(
                    item.keys().stream()
                            .filter(key -> !key.isBlank() && key.length() <= LONGEST_KEY)
                            .map(key -> Value.of(new JsonString(key)))
                            .toList(),
                    Passage.of(item.texts(), SeenTexts.LONGEST),
                    item.arguments());
        }

        boolean countsFor(String path) {
            return arguments.isEmpty() || arguments.contains(path);
        }

        int size() {
            return passage.size()
                    + keys.stream()
                            .mapToInt(key -> 128 + 3 * key.exact().length())
                            .sum();
        }
    }

    /** Nobody refers to something by more than that. */
    private static final int LONGEST_KEY = 200;

    /** Whose texts they are. */
    public enum Kind {
        /** The person's, as the application gave them. */
        SAID,
        /** Of fields that the operator trusts. */
        TRUSTED,
        /** Of fields that are trusted as a whole, such as names. */
        NAMED,
        /** Of items that the person may refer to. */
        ITEMS,
        /** Of fields that outsiders can write. */
        UNTRUSTED,
        /** Arguments of the agent's own calls. */
        WRITTEN
    }

    /** What the person said in a session. */
    public static Sighting said(long index, Instant at, String session, String text) {
        return new Sighting(
                index,
                at,
                Kind.SAID,
                Optional.of(session),
                Passage.of(List.of(text), SeenTexts.LONGEST),
                Passage.of(SpokenNames.of(text), SeenTexts.LONGEST),
                List.of());
    }

    static Sighting of(long index, Instant at, Kind kind, Collection<String> texts) {
        return new Sighting(
                index, at, kind, Optional.empty(), Passage.of(texts, SeenTexts.LONGEST), Passage.EMPTY, List.of());
    }

    static Sighting ofItems(long index, Instant at, Collection<Provenance.Item> items) {
        return new Sighting(
                index,
                at,
                Kind.ITEMS,
                Optional.empty(),
                Passage.EMPTY,
                Passage.EMPTY,
                items.stream().map(Item::of).toList());
    }

    /** Whether another agent wrote it. */
    boolean isElsewhere() {
        return kind == Kind.WRITTEN && passage.plain().isEmpty();
    }

    /** As of another agent's writing. */
    Sighting distinctive() {
        return new Sighting(index, at, kind, session, passage.distinctive(), names, items);
    }

    int size() {
        return passage.size()
                + names.size()
                + items.stream().mapToInt(Item::size).sum();
    }

    @Override
    public String toString() {
        return "Sighting[" + index + ", " + kind + ", " + passage + "]";
    }
}
