package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * How much of what a rule lets add up over earlier calls is used: the part of an {@code accumulate} that compares a count or a sum with a
 * number.
 *
 * @param bundle name of its bundle
 * @param effect what the rule says once the limit would be passed; of one that allows, up to where it allows
 * @param earlier the calls that are added up, in canonical form
 * @param scope whose they are
 * @param window how far back; empty if all of them count
 * @param isCount whether calls are counted; else numbers in them are added up
 * @param used empty if it cannot be told
 * @param limit the most that there may be, with the call that is asked about
 */
public record BudgetUse(
        String bundle,
        String rule,
        Effect effect,
        String reason,
        String earlier,
        Scope scope,
        Optional<Duration> window,
        boolean isCount,
        Optional<BigDecimal> used,
        BigDecimal limit) {

    public BudgetUse {
        used = used.map(BudgetUse::plain);
        limit = plain(limit);
    }

    /** As people write it, without an exponent. */
    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** How much there may be besides; never below 0, and empty if it cannot be told. */
    public Optional<BigDecimal> left() {
        return used.map(limit::subtract).map(BigDecimal.ZERO::max);
    }
}
