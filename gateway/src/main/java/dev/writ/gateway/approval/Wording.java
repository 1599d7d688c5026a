package dev.writ.gateway.approval;

import dev.writ.gateway.catalog.Visible;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What people and agents write to each other: somebody else reads it before they decide, so nothing of it may be hidden. */
final class Wording {

    private Wording() {}

    /**
     * Such a text.
     *
     * @param name of the member that it came in
     * @param longest in characters
     * @throws Problem unless it is there, not too long, and all of it can be seen
     */
    static String of(String name, @Nullable String text, int longest) {
        String given = Optional.ofNullable(text)
                .filter(said -> !said.isBlank() && said.length() <= longest)
                .orElseThrow(
                        () -> malformed("'" + name + "' has 1 to " + longest + " characters. Nothing was recorded."));
        OptionalInt hidden = given.codePoints().filter(Visible::isHidden).findFirst();
        if (hidden.isPresent()) {
            throw malformed(String.format(
                    "'%s' has the character U+%04X, which whoever reads it would not see. Leave it out; nothing was"
                            + " recorded.",
                    name, hidden.getAsInt()));
        }
        return given;
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
