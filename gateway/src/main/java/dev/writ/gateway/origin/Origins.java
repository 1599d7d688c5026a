package dev.writ.gateway.origin;

import dev.writ.gateway.origin.Sighting.Kind;
import dev.writ.model.ArgumentOrigins;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Origin;
import dev.writ.model.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds out where the arguments of a call come from.
 *
 * <p>Trust needs a whole value in one text, with the ends of words around it. Taint needs a part: a run of twelve letters and
 * digits, or all of a shorter value, that outsiders wrote and neither the person nor a trusted source did.
 */
public final class Origins {

    /** Many have a number behind their name, since somebody else has that name already. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]+$");

    /** A longer text is prose. */
    private static final int MOST_WORDS = 16;

    /** Words of one call that are looked up; the others count as unknown. */
    private static final int MOST_LOOKED_UP = 256;

    private final SeenTexts seen;
    private final Writes writes;
    private final Optional<String> session;
    private final Instant since;
    private final List<Value> values = new ArrayList<>();
    private final Map<JsonValue, Integer> numbers = new HashMap<>();
    private final Map<Integer, Set<Long>> taints = new HashMap<>();
    private final Map<String, Map<Integer, Origin>> origins = new HashMap<>();
    private final Map<String, Optional<Long>> words = new HashMap<>();

    private Origins(SeenTexts seen, Optional<String> session, Instant since) {
        this.seen = seen;
        this.writes = new Writes(seen);
        this.session = session;
        this.since = since;
    }

    /**
     * The origins of a call's arguments. Of a call with more than can be looked for, every one is untrusted and tainted.
     *
     * @param seen before the call, by its identity
     * @param session of the call; what the person said in another one was said for another purpose
     * @param since what was lost from memory before then no longer counts
     * @param schema of the arguments: only members that it names have an origin of their own
     */
    public static List<Origin> of(
            JsonObject arguments, JsonObject schema, SeenTexts seen, Optional<String> session, Instant since) {
        Leaves leaves = Leaves.of(arguments);
        if (leaves.areTooMany()) {
            return ArgumentOrigins.of(
                    arguments,
                    names(schema)::contains,
                    (path, leaf) -> new Origin(path, Source.UNTRUSTED, true, List.of()));
        }
        Origins origins = new Origins(seen, session, since);
        leaves.values().forEach((leaf, value) -> {
            origins.numbers.put(leaf, origins.values.size());
            origins.values.add(value);
        });
        origins.taint();
        return ArgumentOrigins.of(arguments, names(schema)::contains, origins::origin);
    }

    /**
     * The same of a call that an approver has changed: what differs from what the agent submitted at the same place comes from the approver.
     *
     * @param submitted the arguments as the agent submitted them
     */
    public static List<Origin> ofEdited(
            JsonObject arguments,
            JsonObject submitted,
            JsonObject schema,
            SeenTexts seen,
            Optional<String> session,
            Instant since) {
        Map<String, Set<JsonValue>> theirs = new HashMap<>();
        ArgumentOrigins.of(submitted, names(schema)::contains, (path, leaf) -> {
            theirs.computeIfAbsent(path, any -> new HashSet<>()).add(leaf);
            return new Origin(path, Source.NOWHERE, false, List.of());
        });
        Leaves leaves = Leaves.of(arguments);
        Origins origins = new Origins(seen, session, since);
        leaves.values().forEach((leaf, value) -> {
            origins.numbers.put(leaf, origins.values.size());
            origins.values.add(value);
        });
        if (!leaves.areTooMany()) {
            origins.taint();
        }
        return ArgumentOrigins.of(arguments, names(schema)::contains, (path, leaf) -> {
            if (!theirs.getOrDefault(path, Set.of()).contains(leaf)) {
                return new Origin(path, Source.APPROVER, false, List.of());
            }
            return leaves.areTooMany()
                    ? new Origin(path, Source.UNTRUSTED, true, List.of())
                    : origins.origin(path, leaf);
        });
    }

    /** Names that an author of rules can know; others were chosen by the agent, and may say anything. */
    private static Set<String> names(JsonValue schema) {
        Set<String> names = new HashSet<>();
        if (schema instanceof JsonObject object) {
            object.object("properties")
                    .ifPresent(properties -> names.addAll(properties.members().keySet()));
            object.members().values().forEach(member -> names.addAll(names(member)));
        } else if (schema instanceof JsonArray array) {
            array.items().forEach(item -> names.addAll(names(item)));
        }
        return names;
    }

    private boolean isHeard(Sighting sighting) {
        return sighting.session().equals(session) && session.isPresent();
    }

    private boolean isTrustworthy() {
        return seen.forgotten().isBefore(since);
    }

    private void taint() {
        Runs runs = new Runs(values.stream()
                .flatMap(value -> value.compact().stream())
                .mapToInt(String::length)
                .sum());
        for (int i = 0; i < values.size(); i++) {
            int owner = i;
            values.get(i).compact().forEach(compact -> runs.add(owner, compact));
            if (values.get(i).looksAlike()) {
                runs.looksAlike(owner);
            }
        }
        seen.written().forEach(written -> runs.written(written.passage().compact(), written.index()));
        seen.of(Kind.SAID)
                .filter(this::isHeard)
                .forEach(said -> runs.known(said.passage().compact(), Long.MIN_VALUE));
        if (isTrustworthy()) {
            seen.of(Kind.TRUSTED)
                    .forEach(trusted -> runs.known(trusted.passage().compact(), trusted.index()));
        }
        seen.of(Kind.UNTRUSTED).forEach(untrusted -> {
            runs.sharedWith(untrusted.passage().compact()).forEach(owner -> taint(owner, untrusted));
            for (int i = 0; i < values.size(); i++) {
                if (isHeldBy(untrusted.passage(), values.get(i))) {
                    taint(i, untrusted);
                }
            }
        });
    }

    private void taint(int value, Sighting sighting) {
        taints.computeIfAbsent(value, any -> new TreeSet<>()).add(sighting.index());
    }

    private static boolean isHeldBy(Passage passage, Value value) {
        return passage.resembles(value)
                || value.compact().stream()
                        .anyMatch(compact -> compact.length() >= Runs.SHORTEST
                                && compact.length() < Runs.LENGTH
                                && Search.contains(passage.compact(), compact));
    }

    private Origin origin(String path, JsonValue leaf) {
        Integer number = numbers.getOrDefault(leaf, -1);
        return origins.computeIfAbsent(path, any -> new HashMap<>())
                .computeIfAbsent(number, any -> origin(path, number, values.get(number)));
    }

    private Origin origin(String path, int number, Value value) {
        List<Long> said = seen.of(Kind.SAID)
                .filter(sighting -> isHeard(sighting) && sighting.passage().holds(value))
                .map(Sighting::index)
                .toList();
        if (!said.isEmpty()) {
            return new Origin(path, Source.USER, false, newest(said));
        }
        List<Sighting> shown = Stream.concat(
                        seen.of(Kind.TRUSTED)
                                .filter(sighting -> sighting.passage().holds(value)),
                        seen.of(Kind.NAMED)
                                .filter(sighting -> sighting.passage().isOne(value)))
                .toList();
        List<Long> trusted = indexes(shown.stream()
                .filter(sighting -> isTrustworthy() && !writes.hadBefore(value, sighting.index(), sighting.passage())));
        List<Long> referred = indexes(seen.of(Kind.ITEMS)
                .filter(sighting -> isTrustworthy()
                        && sighting.items().stream()
                                .anyMatch(item -> item.countsFor(path)
                                        && item.passage().holds(value)
                                        && item.keys().stream().anyMatch(this::isSpokenOf)
                                        && !writes.hadBefore(value, sighting.index(), item.passage()))));
        if (!referred.isEmpty()) {
            return new Origin(path, Source.REFERRED, trusted.isEmpty(), newest(referred));
        }
        if (!trusted.isEmpty()) {
            return new Origin(path, Source.TRUSTED, false, newest(trusted));
        }
        Set<Long> places = new TreeSet<>(indexes(shown.stream()));
        places.addAll(taints.getOrDefault(number, Set.of()));
        if (!places.isEmpty() || value.isCut()) {
            return new Origin(
                    path, Source.UNTRUSTED, true, newest(places.stream().toList()));
        }
        return composed(value)
                .map(parts -> new Origin(
                        path, Source.COMPOSED, false, newest(parts.stream().toList())))
                .orElseGet(() -> new Origin(path, Source.NOWHERE, !seen.gap().isBefore(since), List.of()));
    }

    /** Whether the person named it, or each of two words or more of it; of an address, whoever is called like its beginning. */
    private boolean isSpokenOf(Value key) {
        List<Sighting> said = seen.of(Kind.SAID).filter(this::isHeard).toList();
        if (said.stream().anyMatch(sighting -> sighting.passage().holds(key))) {
            return true;
        }
        int at = key.exact().indexOf('@');
        if (at >= 0) {
            Value name = nameIn(key.exact().substring(0, at));
            return said.stream().anyMatch(sighting -> sighting.names().holds(name));
        }
        List<Value> parts = key.words();
        return parts.size() > 1
                && parts.size() <= MOST_WORDS
                && parts.stream()
                        .allMatch(word -> said.stream()
                                .anyMatch(sighting -> sighting.passage().holds(word)));
    }

    /** {@code bob.miller7} is {@code bob miller}. A single word says too little of who it is. */
    private static Value nameIn(String local) {
        String name = DIGITS.matcher(local)
                .replaceAll("")
                .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ")
                .strip();
        return Value.of(new JsonString(name.indexOf(' ') > 0 ? name : ""));
    }

    /** Where the words of a value stand, if the person said each of them or a trusted source returned it. */
    private Optional<Set<Long>> composed(Value value) {
        List<Value> parts = value.words();
        if (parts.isEmpty() || parts.size() > MOST_WORDS) {
            return Optional.empty();
        }
        Set<Long> places = new TreeSet<>();
        for (Value word : parts) {
            Optional<Long> found = words.get(word.exact());
            if (found == null) {
                found = words.size() < MOST_LOOKED_UP ? place(word) : Optional.empty();
                words.put(word.exact(), found);
            }
            if (found.isEmpty()) {
                return Optional.empty();
            }
            places.add(found.get());
        }
        return Optional.of(places);
    }

    private Optional<Long> place(Value word) {
        return Stream.of(
                        seen.of(Kind.SAID).filter(this::isHeard),
                        seen.of(Kind.TRUSTED).filter(sighting -> isTrustworthy()),
                        seen.of(Kind.NAMED).filter(sighting -> isTrustworthy()))
                .flatMap(sightings -> sightings)
                .filter(sighting -> sighting.kind() == Kind.NAMED
                        ? sighting.passage().isOne(word)
                        : sighting.passage().holds(word))
                .filter(sighting -> sighting.kind() == Kind.SAID || !writes.hadBefore(word, sighting.index()))
                .findFirst()
                .map(Sighting::index);
    }

    private static List<Long> indexes(Stream<Sighting> sightings) {
        return sightings.map(Sighting::index).distinct().sorted().toList();
    }

    private static List<Long> newest(List<Long> ascending) {
        return ascending.subList(Math.max(0, ascending.size() - ArgumentOrigins.NAMED), ascending.size());
    }
}
