package dev.writ.gateway.auditing;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A text to be found, in whatever case, in what entries give as reasons and in the names of the rules that gave them. */
record SearchedText(String value) {

    private static final int SHORTEST = 3;
    private static final int LONGEST = 200;

    static Optional<SearchedText> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int length = text.codePointCount(0, text.length());
        if (length < SHORTEST || length > LONGEST || text.chars().anyMatch(Character::isISOControl)) {
            throw QueryParameters.malformed("'q' has " + SHORTEST + " to " + LONGEST
                    + " characters, none of them a control character. It is looked for in reasons and rules.");
        }
        return Optional.of(new SearchedText(text));
    }

    boolean isIn(Entry entry) {
        return Stream.concat(
                        Stream.of(entry.column(Column.RULE), entry.body().text("reason")),
                        verdicts(entry.body())
                                .flatMap(verdict -> Stream.of(verdict.text("rule"), verdict.text("reason"))))
                .flatMap(Optional::stream)
                .anyMatch(this::isIn);
    }

    private static Stream<JsonObject> verdicts(JsonObject body) {
        return body.array("verdicts").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast);
    }

    private boolean isIn(String text) {
        for (int at = 0; at + value.length() <= text.length(); at++) {
            if (text.regionMatches(true, at, value, 0, value.length())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "SearchedText";
    }
}
