package dev.writ.rules;

import dev.writ.model.Calls;
import java.util.HashMap;
import java.util.Map;

/**
 * Which of one node's calls may match a pattern that is searched for, by what they have where a value from outside is to be
 * equalled.
 *
 * @param byKey by {@link Sieve#found}: of a leaf one bit for each call, of a branch any bit at all
 * @param unkeyed calls that may match whatever the values are, since they lack one
 */
record Candidates(Map<Object, Integer> byKey, int unkeyed) {

    static Candidates of(Calls calls, Sieve sieve, Evaluation scratch) {
        Map<Object, Integer> byKey = new HashMap<>();
        int unkeyed = 0;
        if (calls instanceof Calls.Branch branch) {
            for (int i = 0; i < branch.width(); i++) {
                Candidates part = remembered(branch.part(i), sieve, scratch);
                part.byKey.keySet().forEach(key -> byKey.put(key, 1));
                unkeyed |= part.unkeyed;
            }
            return new Candidates(byKey, unkeyed);
        }
        Calls.Leaf leaf = (Calls.Leaf) calls;
        for (int i = 0; i < leaf.width(); i++) {
            if (sieve.judge(scratch, leaf.call(i)) != Truth.FALSE) {
                Object key = sieve.found(scratch);
                if (key == Undefined.UNDEFINED) {
                    unkeyed |= 1 << i;
                } else {
                    byKey.merge(key, 1 << i, (some, more) -> some | more);
                }
            }
        }
        return new Candidates(byKey, unkeyed);
    }

    static Candidates remembered(Calls calls, Sieve sieve, Evaluation scratch) {
        return calls.summary(sieve.text(), Candidates.class, node -> of(node, sieve, scratch));
    }

    /** Those that may match, given what the values are to be. */
    int having(Object wanted) {
        return byKey.getOrDefault(wanted, 0) | unkeyed;
    }
}
