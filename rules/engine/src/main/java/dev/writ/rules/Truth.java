package dev.writ.rules;

/**
 * What is known of a condition: Kleene's strong three-valued logic. And is the least, or the greatest, of both.
 *
 * <p><b>How rules treat what is not there.</b> An argument, an extract or a session that is absent, or has another type than
 * the rule reads, is <i>undefined</i>.
 *
 * <ul>
 *   <li>A positive comparison ({@code == < <= > >= contains memberOf matches in}) with an undefined value does not hold: it
 *       is {@link #FALSE}, and a rule that needs it does not fire. A call without an amount is not a call with a small one.
 *   <li>A negative comparison ({@code !=} and every {@code not}) holds for all values but some, so with an undefined value it
 *       is {@link #DOUBT}.
 *   <li>Inside {@code not Past(...)} and inside {@code accumulate(...)} every comparison with an undefined value is
 *       {@link #DOUBT}: the earlier call might be the one that counts. So is the whole of it if a value that it takes from
 *       outside is undefined, however empty the history.
 *   <li>A sum or other result over a call whose value is undefined is {@link #DOUBT}; of {@code last} only the newest call's
 *       value counts. The minimum, maximum, average and last of no calls at all are merely undefined.
 *   <li>If the history that is kept does not reach back as far as the rule looks ({@link
 *       dev.writ.model.History#completeSince()}), then {@code not Past} that found nothing and every {@code accumulate} are
 *       {@link #DOUBT}. {@code Past} and {@code exists Past} that found nothing are {@link #DOUBT} in a rule that denies or
 *       escalates, where the forgotten call might have been the reason to, and {@link #FALSE} in a rule that allows, since
 *       that one wants evidence and there is none.
 * </ul>
 *
 * <p>A rule whose whole condition is {@link #TRUE} says what it says; one that is {@link #FALSE} says nothing; one that is in
 * {@link #DOUBT} denies, whatever it was written to say, and names the reason. Doubt matters only where the answer depends on
 * it: {@code FALSE and DOUBT} is {@link #FALSE}, {@code TRUE or DOUBT} is {@link #TRUE}. Only behind an {@code accumulate} in
 * doubt nothing more is asked, since there is no result to ask with.
 */
enum Truth {
    FALSE,
    DOUBT,
    TRUE;

    Truth and(Truth other) {
        return compareTo(other) <= 0 ? this : other;
    }

    Truth or(Truth other) {
        return compareTo(other) >= 0 ? this : other;
    }

    Truth not() {
        return switch (this) {
            case FALSE -> TRUE;
            case DOUBT -> DOUBT;
            case TRUE -> FALSE;
        };
    }

    static Truth of(boolean known) {
        return known ? TRUE : FALSE;
    }
}
