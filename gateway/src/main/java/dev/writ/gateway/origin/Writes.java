package dev.writ.gateway.origin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What an identity wrote, and other agents of its person, as the values of one call are looked for in it. For one thread. */
final class Writes {

    private final List<Sighting> own;
    private final List<Elsewhere> elsewhere;
    private final Map<Value, Long> earliest = new HashMap<>();

    /** @param texts that are long enough to be told from what others write by chance */
    private record Elsewhere(Sighting sighting, List<String> texts) {
        static Elsewhere of(Sighting sighting) {
            return new Elsewhere(
                    sighting,
                    sighting.passage()
                            .compact()
                            .lines()
                            .filter(text -> text.length() >= Runs.SHORTEST)
                            .toList());
        }
    }

    Writes(SeenTexts seen) {
        own = seen.written().stream()
                .filter(sighting -> !sighting.isElsewhere())
                .toList();
        elsewhere = seen.written().stream()
                .filter(Sighting::isElsewhere)
                .map(Elsewhere::of)
                .toList();
    }

    /** Whether the agent had written that value itself before that entry. */
    boolean hadBefore(Value value, long index) {
        return earliest.computeIfAbsent(value, this::earliest) < index;
    }

    private long earliest(Value value) {
        return own.stream()
                .filter(sighting -> sighting.passage().resembles(value) || holds(sighting.passage(), value))
                .mapToLong(Sighting::index)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /**
     * Whether the agent had written that value before that entry, or another agent of the person a text with it that stands as a whole
     * where the value was shown, or of which a part is shown there. Of what is shown only in part nobody knows what stood there.
     */
    boolean hadBefore(Value value, long index, Passage shown) {
        if (hadBefore(value, index)) {
            return true;
        }
        List<String> excerpts =
                shown.compact().lines().filter(line -> isExcerpt(line, value)).toList();
        return elsewhere.stream()
                .filter(wrote -> wrote.sighting().index() < index)
                .anyMatch(wrote -> (shown.isCut() && holds(wrote.sighting().passage(), value))
                        || wrote.texts().stream()
                                .filter(text -> value.compact().stream().anyMatch(text::contains))
                                .anyMatch(text -> Search.contains(shown.compact(), text)
                                        || excerpts.stream().anyMatch(text::contains)));
    }

    /** The value alone may stand in anybody's text; with what is around it, it was copied. */
    private static boolean isExcerpt(String line, Value value) {
        return line.length() >= Runs.LENGTH
                && value.compact().stream()
                        .anyMatch(compact -> line.length() > compact.length() && line.contains(compact));
    }

    private static boolean holds(Passage passage, Value value) {
        return value.compact().stream()
                .anyMatch(compact -> compact.length() >= Runs.SHORTEST && Search.contains(passage.compact(), compact));
    }
}
