package dev.writ.gateway.origin;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Texts of one source that were seen at once, ready to be searched. No value reaches from one of them into the next.
 *
 * @param plain as they stand, one a line
 * @param compact with what is encoded in them, letters and digits only
 * @param numbers in them
 */
public record Passage(String plain, String compact, Set<String> numbers) {

    static final Passage EMPTY = new Passage("", "", Set.of());

    public Passage {
        numbers = Set.copyOf(numbers);
    }

    /** @param length of the texts together; the rest is cut off */
    static Passage of(Collection<String> texts, int length) {
        StringBuilder plain = new StringBuilder();
        StringBuilder compact = new StringBuilder();
        Set<String> numbers = new HashSet<>();
        for (String text : texts) {
            int room = length - plain.length();
            if (room <= 0) {
                break;
            }
            String kept = text.length() > room ? text.substring(0, room) : text;
            plain.append(Words.plain(kept)).append('\n');
            compact.append(
                    Words.readings(kept).stream().map(Words::compact).collect(Collectors.joining("\n", "", "\n")));
            numbers.addAll(Numbers.in(kept));
        }
        return new Passage(plain.toString(), compact.toString(), numbers);
    }

    /** What it takes in memory, about. */
    int size() {
        return 256 + plain.length() + compact.length() + 16 * numbers.size();
    }

    /** Whether it holds that value as a whole, with the ends of words around it. */
    boolean holds(Value value) {
        return value.number().filter(numbers::contains).isPresent() || holdsWhole(value.plain());
    }

    private boolean holdsWhole(String wanted) {
        if (wanted.isEmpty()) {
            return false;
        }
        for (int at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + 1)) {
            if (Edges.startsAt(plain, at) && Edges.endsAt(plain, at + wanted.length())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "Passage[" + size() + " bytes]";
    }
}
