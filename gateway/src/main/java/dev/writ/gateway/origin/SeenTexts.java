package dev.writ.gateway.origin;

import dev.writ.gateway.origin.Sighting.Kind;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All texts that an identity came by, the newest of them as far as there is room. Immutable, and a function of the entries that
 * were added, whoever adds them.
 *
 * @param read what came before the agent, in the order of the log
 * @param written what it wrote, in the order of the log
 * @param gap when it last saw something that is not here: for a while, what is not known to be good counts as tainted
 * @param forgotten when it wrote the last of what is not here: for a while no result is trusted, since it may be the agent's own text
 */
public record SeenTexts(List<Sighting> read, List<Sighting> written, Instant gap, Instant forgotten) {

    public static final SeenTexts NONE = new SeenTexts(List.of(), List.of(), Instant.MIN, Instant.MIN);

    /** For an identity of which nothing can be said. */
    public static final SeenTexts UNKNOWN = new SeenTexts(List.of(), List.of(), Instant.MAX, Instant.MAX);

    /** Characters of one entry that are looked at; the rest counts as forgotten. */
    static final int LONGEST = 64 * 1024;

    public SeenTexts {
        read = List.copyOf(read);
        written = List.copyOf(written);
    }

    /**
     * With what a tool answered, by who can write its parts.
     *
     * @param most bytes that are kept of what was read, and as many of what was written; the oldest go first
     */
    public SeenTexts plusResult(long index, Instant at, Provenance provenance, JsonValue result, long most) {
        Provenance.Parts parts = provenance.parts(result);
        SeenTexts seen =
                parts.trusted().isEmpty() ? this : plus(Sighting.of(index, at, Kind.TRUSTED, parts.trusted()), most);
        if (!parts.names().isEmpty()) {
            seen = seen.plus(Sighting.of(index, at, Kind.NAMED, parts.names()), most);
        }
        if (!parts.items().isEmpty()) {
            seen = seen.plus(Sighting.ofItems(index, at, parts.items()), most);
        }
        return parts.untrusted().isEmpty()
                ? seen
                : seen.plus(Sighting.of(index, at, Kind.UNTRUSTED, parts.untrusted()), most);
    }

    /** With the arguments of a call that the agent was allowed to make. */
    public SeenTexts plusWritten(long index, Instant at, JsonObject arguments, long most) {
        List<String> texts = Texts.of(arguments);
        return texts.isEmpty() ? this : plus(Sighting.of(index, at, Kind.WRITTEN, texts), most);
    }

    /**
     * With the arguments of a call that another agent was allowed to make. What is short says nothing of who wrote it first.
     */
    public SeenTexts plusWrittenElsewhere(long index, Instant at, JsonObject arguments, long most) {
        List<String> texts = Texts.of(arguments);
        return texts.isEmpty()
                ? this
                : plus(Sighting.of(index, at, Kind.WRITTEN, texts).distinctive(), most);
    }

    /** With what others wrote: what they can have put somewhere is not trusted where it is read. */
    public SeenTexts withWritesOf(SeenTexts others) {
        if (others.written().isEmpty() && others.forgotten().equals(Instant.MIN)) {
            return this;
        }
        Map<Long, Sighting> all = new TreeMap<>();
        others.written().forEach(sighting -> all.put(sighting.index(), sighting));
        written.forEach(sighting -> all.put(sighting.index(), sighting));
        return new SeenTexts(read, List.copyOf(all.values()), gap, later(forgotten, others.forgotten()));
    }

    /** With something that cannot be looked at. */
    public SeenTexts withGap(Instant at) {
        return new SeenTexts(read, written, later(gap, at), forgotten);
    }

    /** With something written that cannot be looked at. */
    public SeenTexts withoutWrites(Instant at) {
        return new SeenTexts(read, written, gap, later(forgotten, at));
    }

    /** What of it is cut off counts as forgotten. */
    public SeenTexts plus(Sighting next, long most) {
        boolean wrote = next.kind() == Kind.WRITTEN;
        List<Sighting> all = new ArrayList<>(wrote ? written : read);
        all.add(next);
        long size = all.stream().mapToLong(Sighting::size).sum();
        Instant lost = wrote ? forgotten : gap;
        if (next.passage().isCut() && (wrote || next.kind() == Kind.UNTRUSTED)) {
            lost = later(lost, next.at());
        }
        int from = 0;
        for (; size > most && from < all.size(); from++) {
            Sighting dropped = all.get(from);
            size -= dropped.size();
            lost = wrote || dropped.kind() == Kind.UNTRUSTED ? later(lost, dropped.at()) : lost;
        }
        List<Sighting> kept = all.subList(from, all.size());
        return wrote ? new SeenTexts(read, kept, gap, lost) : new SeenTexts(kept, written, lost, forgotten);
    }

    /** With all that came after it. */
    public SeenTexts then(SeenTexts next, long most) {
        SeenTexts seen = withGap(next.gap).withoutWrites(next.forgotten);
        for (Sighting sighting : next.read) {
            seen = seen.plus(sighting, most);
        }
        for (Sighting sighting : next.written) {
            seen = seen.plus(sighting, most);
        }
        return seen;
    }

    /** Bytes that it takes in memory, about. */
    public long weight() {
        return Stream.concat(read.stream(), written.stream())
                .mapToLong(Sighting::size)
                .sum();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    Stream<Sighting> of(Kind kind) {
        return read.stream().filter(sighting -> sighting.kind() == kind);
    }

    @Override
    public String toString() {
        return "SeenTexts[" + read.size() + ", " + written.size() + "]";
    }
}
