package dev.writ.gateway.origin;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Texts of one source that were seen at once, ready to be searched. No value reaches from one of them into the next.
 *
 * @param exact as they stand, one a line, for trust
 * @param plain as they stand, one a line, with what looks alike made the same
 * @param compact with what is encoded in them, letters and digits only
 * @param numbers in them
 * @param loosely whatever in them somebody may take for a number
 * @param isCut whether there was more than is kept here
 */
public record Passage(
        String exact, String plain, String compact, Set<String> numbers, Set<String> loosely, boolean isCut) {

    /** So many times the plain text can be kept of what is encoded in it. */
    private static final int ENCODED = 3;

    /** Numbers that are kept of what is encoded in a text: each can be read in several ways. */
    static final int MOST_NUMBERS = 16 * 1024;

    /** What one entry of a set of short texts takes in memory, about. */
    private static final int NUMBER = 100;

    static final Passage EMPTY = new Passage("", "", "", Set.of(), Set.of(), false);

    public Passage {
        numbers = Set.copyOf(numbers);
        loosely = Set.copyOf(loosely);
    }

    /** @param length of the texts together, plain; the rest is cut off */
    static Passage of(Collection<String> texts, int length) {
        StringBuilder exact = new StringBuilder();
        StringBuilder plain = new StringBuilder();
        StringBuilder compact = new StringBuilder();
        Set<String> numbers = new HashSet<>();
        Set<String> loosely = new HashSet<>();
        boolean isCut = false;
        for (String text : texts) {
            int room = length - plain.length();
            if (room <= 0) {
                isCut = true;
                break;
            }
            String kept = text.length() > room ? text.substring(0, room) : text;
            Words.Readings readings = Words.readings(kept);
            isCut |= kept.length() < text.length() || readings.isCut();
            exact.append(Words.exact(kept)).append('\n');
            plain.append(Words.plain(kept)).append('\n');
            readings.texts()
                    .forEach(reading -> compact.append(Words.compact(reading)).append('\n'));
            numbers.addAll(Numbers.in(kept));
            for (String reading : readings.texts()) {
                isCut |= !addAll(loosely, Numbers.looselyIn(reading));
            }
            // A letter can become many in its plain form, and a text can hold itself in many encodings.
            isCut |= shortened(exact, length);
            isCut |= shortened(plain, length);
            isCut |= shortened(compact, ENCODED * length);
        }
        String looks = plain.toString();
        // Most are the same, and are kept once.
        return new Passage(
                exact.compareTo(plain) == 0 ? looks : exact.toString(),
                looks,
                compact.toString(),
                numbers,
                loosely,
                isCut);
    }

    /** Whether there was room for all of them. */
    private static boolean addAll(Set<String> loosely, Set<String> numbers) {
        for (String number : numbers) {
            if (loosely.size() >= MOST_NUMBERS && !loosely.contains(number)) {
                return false;
            }
            loosely.add(number);
        }
        return true;
    }

    /** What is long enough of it to be told from what others write by chance: no numbers, and no short words. */
    Passage distinctive() {
        return new Passage("", "", compact, Set.of(), Set.of(), isCut);
    }

    /** Whether it was longer. */
    private static boolean shortened(StringBuilder text, int length) {
        boolean isLonger = text.length() > length;
        if (isLonger) {
            text.setLength(length);
        }
        return isLonger;
    }

    /** What it takes in memory, about. */
    int size() {
        return 256
                + plain.length()
                + (exact.equals(plain) ? 0 : exact.length())
                + compact.length()
                + NUMBER * (numbers.size() + loosely.size());
    }

    /** Whether it holds that value as a whole, with the ends of words around it. */
    boolean holds(Value value) {
        return holdsNumber(value) || holdsWhole(exact, value.exact());
    }

    /** Whether one of its texts is that value and nothing else. */
    boolean isOne(Value value) {
        if (value.number().filter(numbers::contains).isPresent()
                && exact.lines().anyMatch(line -> Numbers.canonical(line).equals(value.number()))) {
            return true;
        }
        String wanted = value.exact();
        return !wanted.isEmpty()
                && Search.anyMatch(
                        exact,
                        wanted,
                        at -> (at == 0 || exact.charAt(at - 1) == '\n')
                                && at + wanted.length() < exact.length()
                                && exact.charAt(at + wanted.length()) == '\n');
    }

    /** Whether it holds that value, or what looks like it, as a whole. */
    boolean resembles(Value value) {
        return holdsNumber(value)
                || value.number().filter(loosely::contains).isPresent()
                || holdsWhole(plain, value.plain());
    }

    private boolean holdsNumber(Value value) {
        return value.number().filter(numbers::contains).isPresent();
    }

    private static boolean holdsWhole(String text, String wanted) {
        if (wanted.isEmpty()) {
            return false;
        }
        Edges edges = new Edges(text);
        return Search.anyMatch(text, wanted, at -> edges.startsAt(at) && edges.endsAt(at + wanted.length()));
    }

    @Override
    public String toString() {
        return "Passage[" + size() + " bytes]";
    }
}
