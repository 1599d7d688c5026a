package dev.writ.gateway.hook;

import dev.writ.model.Effect;
import java.util.Locale;

/**
 * What a coding agent is told.
 *
 * @param effect allow: it goes on; deny: it does not; escalate: it asks the person who sits before it
 * @param reason for that person, or for the model; never empty
 */
record Ruling(Effect effect, String reason) {

    Ruling {
        if (reason.isBlank()) {
            // Some agents take a denial without a reason for no answer, and go on.
            throw new IllegalArgumentException("a ruling has a reason");
        }
    }

    static Ruling deny(String reason) {
        return new Ruling(Effect.DENY, reason);
    }

    /** {@code allow}, {@code deny} or {@code ask}, as most agents write it. */
    String word() {
        return effect == Effect.ESCALATE ? "ask" : effect.name().toLowerCase(Locale.ROOT);
    }
}
