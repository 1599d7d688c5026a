package dev.writ.rules;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as bundles write them: a whole number and one of {@code s m h d}, such as {@code 15m}. */
final class Durations {

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})([smhd])");

    private Durations() {}

    /** Empty if it is none, or longer than {@link Limits#LONGEST_DURATION}. */
    static Optional<Duration> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
        return Optional.of(duration).filter(parsed -> parsed.compareTo(Limits.LONGEST_DURATION) <= 0);
    }

    /** In the largest unit that is exact, so that equal durations have one text. */
    static String print(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
