package dev.writ.gateway.origin;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Texts of one source that were seen at once, ready to be searched. No value reaches from one of them into the next.
 *
 * @param exact as they stand, one a line, for trust
 * @param plain as they stand, one a line, with what looks alike made the same
 * @param compact with what is encoded in them, letters and digits only
 * @param numbers in them
 */
public record Passage(String exact, String plain, String compact, Set<String> numbers) {

    static final Passage EMPTY = new Passage("", "", "", Set.of());

    public Passage {
        numbers = Set.copyOf(numbers);
    }

    /** @param length of the texts together; the rest is cut off */
    static Passage of(Collection<String> texts, int length) {
        StringBuilder exact = new StringBuilder();
        StringBuilder plain = new StringBuilder();
        StringBuilder compact = new StringBuilder();
        Set<String> numbers = new HashSet<>();
        for (String text : texts) {
            int room = length - plain.length();
            if (room <= 0) {
                break;
            }
            String kept = text.length() > room ? text.substring(0, room) : text;
            exact.append(Words.exact(kept)).append('\n');
            plain.append(Words.plain(kept)).append('\n');
            compact.append(
                    Words.readings(kept).stream().map(Words::compact).collect(Collectors.joining("\n", "", "\n")));
            numbers.addAll(Numbers.in(kept));
        }
        String looks = plain.toString();
        // Most are the same, and are kept once.
        return new Passage(exact.compareTo(plain) == 0 ? looks : exact.toString(), looks, compact.toString(), numbers);
    }

    /** What it takes in memory, about. */
    int size() {
        return 256 + plain.length() + (exact.equals(plain) ? 0 : exact.length()) + compact.length() + 16 * numbers.size();
    }

    /** Whether it holds that value as a whole, with the ends of words around it. */
    boolean holds(Value value) {
        return holdsNumber(value) || holdsWhole(exact, value.exact());
    }

    /** Whether it holds that value, or what looks like it, as a whole. */
    boolean resembles(Value value) {
        return holdsNumber(value) || holdsWhole(plain, value.plain());
    }

    private boolean holdsNumber(Value value) {
        return value.number().filter(numbers::contains).isPresent();
    }

    private static boolean holdsWhole(String text, String wanted) {
        if (wanted.isEmpty()) {
            return false;
        }
        return Search.anyMatch(
                text, wanted, at -> Edges.startsAt(text, at) && Edges.endsAt(text, at + wanted.length()));
    }

    @Override
    public String toString() {
        return "Passage[" + size() + " bytes]";
    }
}
