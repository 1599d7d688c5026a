package dev.writ.gateway.auditing;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.wire.QueryParameters;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing of entries goes on.
 *
 * @param asOf size of the log when the listing began; later entries are not in it
 * @param next index to go on from
 * @param listing tells what is listed, and in which order
 */
record Cursor(long asOf, long next, String listing) {

    private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,17})-(0|[1-9][0-9]{0,17})-([0-9a-f]{15}[ad])");
    private static final int LONGEST = 128;

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((asOf + "-" + next + "-" + listing).getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads a cursor of that listing of a log of that size. */
    static Optional<Cursor> parse(@Nullable String text, String listing, long head) {
        if (text == null) {
            return Optional.empty();
        }
        Cursor cursor = parse(text);
        if (cursor.asOf > head) {
            throw malformed("'cursor' is of a log that is larger than this one.");
        }
        if (!cursor.listing.equals(listing)) {
            throw malformed(
                    "'cursor' is of a listing with other filters or in another order. Keep all of them but 'limit'.");
        }
        return Optional.of(cursor);
    }

    private static Cursor parse(String text) {
        try {
            String decoded = text.length() > LONGEST
                    ? ""
                    : new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
            Matcher parts = FORM.matcher(decoded);
            if (parts.matches()) {
                Cursor cursor =
                        new Cursor(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(3));
                if (cursor.next <= cursor.asOf && cursor.text().equals(text)) {
                    return cursor;
                }
            }
        } catch (IllegalArgumentException notBase64) {
            throw none();
        }
        throw none();
    }

    private static Problem none() {
        return malformed("'cursor' is not one that a listing gave as 'next'.");
    }

    private static Problem malformed(String detail) {
        return QueryParameters.malformed(detail + " Start again without it.");
    }
}
