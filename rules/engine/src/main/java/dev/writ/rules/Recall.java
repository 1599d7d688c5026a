package dev.writ.rules;

import java.util.List;

/** How rules look back at earlier calls. Their answers are the same. */
enum Recall {
    /** What was found out about calls before is remembered with them. */
    REMEMBERING,
    /** Each call is looked at each time. Plain and slow: what the other is tested against. */
    ANEW;

    Sieve of(Sieve sieve) {
        return this == REMEMBERING ? sieve : new Sieve(sieve.text(), Condition.ALWAYS, List.of(), false);
    }
}
