package dev.writ.gateway.origin;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * A text or number of an argument, ready to be looked for.
 *
 * @param plain as it stands
 * @param compact letters and digits, of it and of what is encoded in it
 * @param number in canonical form, if it is one
 */
record Value(String plain, List<String> compact, Optional<String> number) {

    static Value of(JsonValue leaf) {
        if (leaf instanceof JsonNumber number) {
            return new Value("", List.of(), Optional.of(Numbers.canonical(number.value())));
        }
        String text = ((JsonString) leaf).value();
        return new Value(
                Words.plain(text),
                Words.readings(text).stream()
                        .map(Words::compact)
                        .filter(compact -> !compact.isEmpty())
                        .distinct()
                        .toList(),
                Numbers.canonical(text.strip()));
    }

    @Override
    public String toString() {
        return "Value[" + plain.length() + "]";
    }
}
