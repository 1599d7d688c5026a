package dev.writ.gateway.approval;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an approver's authenticator signed. Whatever it says is still to be checked.
 *
 * @param assertion what {@code navigator.credentials.get} answered
 * @param statement that was to be signed
 */
public record Signature(JsonObject assertion, JsonObject statement) {

    /**
     * As callers send it; empty if they send none.
     *
     * @throws Problem if they send half of it
     */
    public static Optional<Signature> of(@Nullable JsonObject assertion, @Nullable JsonObject statement) {
        if (assertion == null && statement == null) {
            return Optional.empty();
        }
        if (assertion == null || statement == null) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'assertion' and 'statement' go together: what was signed, and what it says. Nothing was recorded.");
        }
        return Optional.of(new Signature(assertion, statement));
    }

    @Override
    public String toString() {
        return "Signature";
    }
}
