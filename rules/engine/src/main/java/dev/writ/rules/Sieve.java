package dev.writ.rules;

import dev.writ.model.Calls;
import dev.writ.model.Past;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a {@code Past} pattern asks of an earlier call as far as that depends on the call alone, and the values from outside that
 * parts of it are to equal. So it can be said of calls without knowing who asks, and remembered.
 *
 * @param text says all about it: two of one text judge alike
 * @param alone is false of a call that cannot match; it leaves what is to equal a value from outside in the slots of the keys
 * @param keys what is to be equal
 * @param isWhole the pattern asks for nothing else
 */
record Sieve(String text, Condition alone, List<Key> keys, boolean isWhole) {

    /** Stands for the values of the keys, if there are none. */
    static final Object NO_KEYS = List.of();

    /**
     * The highest nodes of which anything is remembered by key. Higher ones would hold thousands, to be joined anew whenever one
     * call below them changes.
     */
    private static final int HIGHEST_KEYED = 1;

    Sieve {
        keys = List.copyOf(keys);
    }

    /**
     * A value from outside that something in the call is to equal.
     *
     * @param slot where the latter is left
     */
    record Key(int slot, Reading wanted) {}

    /** Whether it is worth to remember what is computed of that node, if it stays as it is. */
    boolean isRememberedOf(Calls calls) {
        return keys.isEmpty() || calls.height() <= HIGHEST_KEYED;
    }

    /** It lets every call through. */
    boolean isOpen() {
        return alone == Condition.ALWAYS;
    }

    /** Judges a call as if all that the keys ask were so; what they are about is in the scratch then. */
    Truth judge(Evaluation scratch, Past past) {
        scratch.startAnew(past);
        return alone.test(scratch);
    }

    /** What the keys are to be, one value or a list; {@link Undefined} if that cannot be told. */
    Object wanted(Evaluation evaluation) {
        return values(key -> key.wanted().in(evaluation));
    }

    /** What they are of the call that was judged; {@link Undefined} if one of them is not there. */
    Object found(Evaluation scratch) {
        return values(key -> scratch.variable(key.slot()));
    }

    /** Whether what is there of the call that was judged is as wanted. */
    boolean couldBe(Evaluation scratch, Object wanted) {
        for (int i = 0; i < keys.size(); i++) {
            Object found = comparable(scratch.variable(keys.get(i).slot()));
            Object one = keys.size() == 1 ? wanted : ((List<?>) wanted).get(i);
            if (found != Undefined.UNDEFINED && !found.equals(one)) {
                return false;
            }
        }
        return true;
    }

    private Object values(Function<Key, Object> value) {
        if (keys.isEmpty()) {
            return NO_KEYS;
        }
        if (keys.size() == 1) {
            return comparable(value.apply(keys.get(0)));
        }
        List<Object> values = new ArrayList<>(keys.size());
        for (Key key : keys) {
            Object one = comparable(value.apply(key));
            if (one == Undefined.UNDEFINED) {
                return one;
            }
            values.add(one);
        }
        return values;
    }

    /** Numbers are equal by value. */
    private static Object comparable(Object value) {
        return value instanceof BigDecimal number ? number.stripTrailingZeros() : value;
    }
}
