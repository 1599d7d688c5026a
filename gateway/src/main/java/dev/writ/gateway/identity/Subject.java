package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** A person, by the identifier that the person's organisation uses. Confidential: the log and the rows hold its pseudonym. */
record Subject(String id) {

    private static final int LONGEST = 256;

    /** Reads the member of that name of a request. */
    static Subject parse(String member, @Nullable String text) {
        if (text == null
                || text.isBlank()
                || text.length() > LONGEST
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'" + member + "' identifies a person with 1 to " + LONGEST
                            + " characters, none of them a control character.");
        }
        return new Subject(text);
    }

    @Override
    public String toString() {
        return "Subject";
    }
}
