package dev.writ.gateway.console;

import io.quarkus.qute.RawString;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/**
 * What every page has: where in the console it is, and who looks at it. It is made before anything is waited for, since it asks the
 * request.
 *
 * @param visitor principal of the key that was signed in with; empty if nobody is
 * @param token that every form carries in its field {@code token}; empty if nobody is signed in
 */
record Frame(Section section, String title, String visitor, Set<String> roles, String token, Instant now) {

    Frame {
        roles = Set.copyOf(roles);
    }

    /** The same with a title that was not known when it was made. */
    Frame titled(String other) {
        return new Frame(section, other, visitor, roles, token, now);
    }

    public boolean isSignedIn() {
        return !visitor.isEmpty();
    }

    public boolean has(String role) {
        return roles.contains(role);
    }

    public List<Section> sections() {
        return Section.of(roles);
    }

    /** The pages beneath sections that the visitor may open. */
    public List<Section> subpages() {
        return Section.beneath(roles);
    }

    /** A time as people read it: exactly, with its zone, and how long ago that is. */
    public RawString time(Instant at) {
        Instant second = at.truncatedTo(ChronoUnit.SECONDS);
        return new RawString("<time datetime=\"" + second + "\">"
                + second.toString().replace('T', ' ').replace("Z", " UTC") + " <span class=\"quiet\">(" + relative(at)
                + ")</span></time>");
    }

    /** As in {@code 3 min ago} or {@code in 2 h}. */
    public String relative(Instant at) {
        Duration ago = Duration.between(at, now);
        String length = length(ago.abs());
        return ago.abs().compareTo(Duration.ofSeconds(1)) < 0
                ? "now"
                : ago.isNegative() ? "in " + length : length + " ago";
    }

    /** The two largest units at most. */
    public static String length(Duration duration) {
        if (duration.toDays() > 0) {
            return duration.toDays() + " d" + part(duration.toHoursPart(), " h");
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + " h" + part(duration.toMinutesPart(), " min");
        }
        return duration.toMinutes() > 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }

    private static String part(int number, String unit) {
        return number == 0 ? "" : " " + number + unit;
    }
}
