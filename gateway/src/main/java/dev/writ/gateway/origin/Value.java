package dev.writ.gateway.origin;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text or number of an argument, ready to be looked for.
 *
 * @param exact as it stands, for trust
 * @param plain as it stands, with what looks alike made the same
 * @param compact letters and digits, of it and of what is encoded in it
 * @param number in canonical form, if it is one
 * @param isCut whether more is encoded in it than is looked at
 */
record Value(String exact, String plain, List<String> compact, Optional<String> number, boolean isCut) {

    /** An address of the web is the same without its scheme and its last slash: people leave them out. */
    private static final Pattern ADDRESS = Pattern.compile("^https?://(\\S*[^\\s/])/?$", Pattern.CASE_INSENSITIVE);

    static Value of(JsonValue leaf) {
        if (leaf instanceof JsonNumber number) {
            return new Value("", "", List.of(), Optional.of(Numbers.canonical(number.value())), false);
        }
        String written = ((JsonString) leaf).value();
        String text = ADDRESS.matcher(written).replaceFirst("$1");
        Words.Readings readings = Words.readings(text);
        List<String> compact = compact(readings);
        return new Value(
                Words.exact(text),
                Words.plain(text),
                compact.stream().anyMatch(one -> one.length() >= Runs.SHORTEST)
                        ? compact
                        // A short address is long enough to be told apart only with its scheme.
                        : Stream.concat(compact.stream(), compact(Words.readings(written)).stream())
                                .distinct()
                                .toList(),
                Numbers.canonical(text.strip()),
                readings.isCut());
    }

    private static List<String> compact(Words.Readings readings) {
        return readings.texts().stream()
                .map(Words::compact)
                .filter(compact -> !compact.isEmpty())
                .distinct()
                .toList();
    }

    /** Its words and numbers, each for itself. */
    List<Value> words() {
        return Arrays.stream(exact.split("[^\\p{L}\\p{N}]+", -1))
                .filter(word -> !word.isEmpty())
                .distinct()
                .map(word -> {
                    String plain = Words.plain(word);
                    return new Value(word, plain, List.of(plain), Optional.empty(), false);
                })
                .toList();
    }

    /** Whether it has letters that look like others: what looks like it may be something else. */
    boolean looksAlike() {
        return !exact.equals(plain);
    }

    @Override
    public String toString() {
        return "Value[" + exact.length() + "]";
    }
}
