package dev.writ.gateway.console;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A form that somebody sent from a page of ours: {@link PostedReader} makes none of a form without its session's token.
 *
 * @param fields with all values of each, as they were typed
 */
record Posted(Map<String, List<String>> fields) {

    /** What pages send the token in, if not in a header. */
    static final String TOKEN = "token";

    Posted {
        fields = Map.copyOf(fields);
    }

    /** The value of a field; empty if it is not there, or blank. */
    Optional<String> text(String field) {
        return all(field).stream().filter(text -> !text.isBlank()).findFirst();
    }

    List<String> all(String field) {
        return fields.getOrDefault(field, List.of());
    }

    /** The value of a field that must be there. */
    String required(String field, String label) {
        return text(field)
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED, "'" + label + "' is empty. Go back and fill it in. Nothing was done."));
    }

    /** The value of a field that is a whole number; empty if nothing was typed. */
    Optional<Integer> number(String field, String label) {
        try {
            return text(field).map(String::strip).map(Integer::valueOf);
        } catch (NumberFormatException none) {
            throw notANumber(label);
        }
    }

    /** The value of a field that is an index of the log; empty if nothing was typed. */
    Optional<Long> index(String field, String label) {
        try {
            return text(field).map(String::strip).map(Long::valueOf);
        } catch (NumberFormatException none) {
            throw notANumber(label);
        }
    }

    static Problem notANumber(String label) {
        return new Problem(ProblemType.MALFORMED, "'" + label + "' is a number. Nothing was done.");
    }

    /** A time as the API reads it. Browsers send it without a zone, and forms say that it is UTC. */
    Optional<String> time(String field) {
        return text(field).map(String::strip).map(Posted::utc);
    }

    private static String utc(String typed) {
        try {
            return LocalDateTime.parse(typed).toInstant(ZoneOffset.UTC).toString();
        } catch (DateTimeException written) {
            return typed;
        }
    }
}
