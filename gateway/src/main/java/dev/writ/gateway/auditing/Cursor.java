package dev.writ.gateway.auditing;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a listing of entries goes on.
 *
 * @param asOf size of the log when the listing began; later entries are not in it
 * @param next index to go on from
 */
record Cursor(long asOf, long next) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((asOf + "-" + next).getBytes(StandardCharsets.US_ASCII));
    }

    static Cursor parse(String text) {
        try {
            Matcher parts = FORM.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
            if (parts.matches()) {
                return new Cursor(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
            }
        } catch (IllegalArgumentException notBase64) {
            throw malformed();
        }
        throw malformed();
    }

    private static Problem malformed() {
        return new Problem(ProblemType.MALFORMED, "'cursor' is not one that a listing gave. Start again without it.");
    }
}
