package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Reads how long something is to live: an ISO 8601 duration such as {@code PT12H}, or short as {@code 30d} or {@code 12h}. */
final class Lifetime {

    private static final Pattern DAYS = Pattern.compile("[0-9]{1,5}[dD]");
    private static final Pattern LESS = Pattern.compile("[0-9]{1,7}[hHmMsS]");

    private Lifetime() {}

    static Duration parse(String member, String text, Duration longest) {
        String iso =
                DAYS.matcher(text).matches() ? "P" + text : LESS.matcher(text).matches() ? "PT" + text : text;
        try {
            Duration lifetime = Duration.parse(iso);
            if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(longest) > 0) {
                throw refusal(member, longest);
            }
            return lifetime;
        } catch (DateTimeParseException notADuration) {
            throw refusal(member, longest);
        }
    }

    private static Problem refusal(String member, Duration longest) {
        return new Problem(
                ProblemType.MALFORMED,
                "'" + member + "' is a duration of a second to " + longest.toDays()
                        + " days, for example 30d or PT12H.");
    }
}
