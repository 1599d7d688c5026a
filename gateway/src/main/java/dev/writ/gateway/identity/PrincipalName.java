package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an agent, or of a person or program that holds a key.
 *
 * <p>It is written into the log in clear and for ever, so it is a handle such as {@code billing-support} or {@code jd}, never an
 * e-mail address or a person's full name.
 */
record PrincipalName(String value) {

    /** In the log these act without a key, so no principal may be called so. */
    private static final Pattern RESERVED = Pattern.compile("writ|anonymous|bootstrap|other");

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /** Reads the member of that name of a request. */
    static PrincipalName parse(String member, @Nullable String text) {
        if (text == null || !FORM.matcher(text).matches()) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'" + member
                            + "' is a handle of lower-case letters, digits, '.', '_' and '-', 64 at most. It stays in the"
                            + " log for ever: use no e-mail address.");
        }
        if (RESERVED.matcher(text).matches()) {
            throw new Problem(ProblemType.MALFORMED, "'" + member + "' is a name that Writ keeps for itself.");
        }
        return new PrincipalName(text);
    }

    @Override
    public String toString() {
        return value;
    }
}
