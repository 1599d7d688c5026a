package dev.writ.gateway.wire;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads query parameters strictly: whatever is not understood is refused, and what there is instead is said. */
public final class QueryParameters {

    private static final int LONGEST_NAME = 500;
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\x{80}-\\x{9f}]");

    private QueryParameters() {}

    /** Refuses a request with a parameter that is not one of these, or with one of them twice. */
    public static void require(UriInfo uri, Set<String> known) {
        uri.getQueryParameters().forEach((name, values) -> {
            if (!known.contains(name)) {
                throw malformed("There is a parameter that is not known. "
                        + (known.isEmpty()
                                ? "There are none here."
                                : "Known ones: " + String.join(", ", new TreeSet<>(known)) + "."));
            }
            if (values.size() > 1) {
                throw malformed("'" + name + "' is given more than once. Give it once.");
            }
            // An empty one may reach a resource as if it had not been sent, and a filter must not be lost.
            if (values.get(0).isEmpty()) {
                throw malformed("'" + name + "' is empty. Give it a value, or leave it out.");
            }
        });
    }

    /** A name, as entries of the log hold them. */
    public static Optional<String> name(String parameter, @Nullable String text) {
        if (text != null
                && (text.isEmpty()
                        || text.length() > LONGEST_NAME
                        || CONTROL.matcher(text).find())) {
            throw malformed(
                    "'" + parameter + "' has 1 to " + LONGEST_NAME + " characters, none of them a control character.");
        }
        return Optional.ofNullable(text);
    }

    /** One of those. */
    public static Optional<String> oneOf(String parameter, @Nullable String text, List<String> allowed) {
        if (text != null && !allowed.contains(text)) {
            throw malformed("'" + parameter + "' is " + or(allowed) + ".");
        }
        return Optional.ofNullable(text);
    }

    /** A decimal without sign and leading zeroes, at most that large. */
    public static Optional<Long> number(String parameter, @Nullable String text, long least, long most) {
        if (text == null) {
            return Optional.empty();
        }
        if (!NUMBER.matcher(text).matches() || Long.parseLong(text) < least || Long.parseLong(text) > most) {
            throw malformed("'" + parameter + "' is a number from " + least + " to " + most + ".");
        }
        return Optional.of(Long.parseLong(text));
    }

    /** A time in UTC, of the years that entries can have. */
    public static Optional<Instant> time(String parameter, @Nullable String text) {
        try {
            Optional<Instant> time = Optional.ofNullable(text).map(Instant::parse);
            if (time.map(at -> at.atOffset(ZoneOffset.UTC).getYear())
                    .filter(year -> year < 0 || year > 9999)
                    .isEmpty()) {
                return time;
            }
        } catch (DateTimeParseException none) {
            throw noTime(parameter);
        }
        throw noTime(parameter);
    }

    private static Problem noTime(String parameter) {
        return malformed("'" + parameter + "' is a time such as 2026-01-02T03:04:05Z.");
    }

    private static String or(Collection<String> allowed) {
        List<String> all = List.copyOf(allowed);
        return all.size() == 1
                ? all.get(0)
                : String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.get(all.size() - 1);
    }

    public static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
