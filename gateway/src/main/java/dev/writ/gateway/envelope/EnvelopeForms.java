package dev.writ.gateway.envelope;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what callers send; each method fails with a {@link Problem} that says what to send. */
final class EnvelopeForms {

    private EnvelopeForms() {}

    static Instant until(@Nullable String text) {
        try {
            return Instant.parse(Optional.ofNullable(text).orElse("")).truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeParseException none) {
            throw malformed("'until' is a time such as 2026-12-24T10:00:00Z.");
        }
    }

    static Optional<String> agent(@Nullable String text) {
        if (text != null && text.chars().anyMatch(Character::isISOControl)) {
            throw malformed("'agent' is a name.");
        }
        return Optional.ofNullable(text);
    }

    static boolean isId(String text) {
        try {
            CallId.parse(text);
            return true;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
