package dev.writ.gateway.call;

import dev.writ.audit.Entry;
import java.util.Locale;
import java.util.Optional;

/**
 * What somebody says became of a call that was allowed and that the gateway did not carry out.
 *
 * @param by whose word it is
 */
record Report(By by, Executed said) {

    /** Whose word it is. Written in lower case. */
    enum By {
        /** A program that saw the outcome and that the model does not speak through: it counts as if the gateway had carried the call out. */
        REPORTER,
        /** The agent itself: nobody can tell whether it is so, and it raises no trust, meets no expectation and returns no budget. */
        AGENT;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whose word that entry is; empty if it is no report. */
        static Optional<By> of(Entry entry) {
            return entry.kind().equals(CallEntries.REPORTED)
                    ? entry.body().text("by").map(by -> by.equals(REPORTER.text()) ? REPORTER : AGENT)
                    : Optional.empty();
        }
    }
}
