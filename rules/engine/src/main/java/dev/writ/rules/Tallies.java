package dev.writ.rules;

import dev.writ.model.Calls;
import dev.writ.model.Past;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tallies of one node's calls, by what they have where a value from outside is to be equalled.
 *
 * @param byKey by {@link Sieve#found}
 * @param unkeyed calls that may match, of which a key is not there, in their order: in doubt for whomever the rest of it fits
 */
record Tallies(Map<Object, Tally> byKey, List<Past> unkeyed) {

    static Tallies of(Calls calls, EventFold fold, Evaluation scratch) {
        Map<Object, Tally> byKey = new HashMap<>();
        List<Past> unkeyed = new ArrayList<>(0);
        if (calls instanceof Calls.Branch branch) {
            for (int i = 0; i < branch.width(); i++) {
                Tallies part = remembered(branch.part(i), fold, scratch);
                part.byKey.forEach((key, tally) -> join(byKey, key, tally, fold));
                unkeyed.addAll(part.unkeyed);
            }
        } else {
            Calls.Leaf leaf = (Calls.Leaf) calls;
            for (int i = 0; i < leaf.width(); i++) {
                Past past = leaf.call(i);
                if (fold.sieve().judge(scratch, past) == Truth.FALSE) {
                    continue;
                }
                Object key = fold.sieve().found(scratch);
                if (key == Undefined.UNDEFINED) {
                    unkeyed.add(past);
                } else {
                    join(byKey, key, Tally.of(past, fold.results(), scratch), fold);
                }
            }
        }
        return new Tallies(byKey.size() > 1 ? byKey : Map.copyOf(byKey), List.copyOf(unkeyed));
    }

    static Tallies remembered(Calls calls, EventFold fold, Evaluation scratch) {
        return calls.summary(fold.name(), Tallies.class, node -> of(node, fold, scratch));
    }

    private static void join(Map<Object, Tally> byKey, Object key, Tally tally, EventFold fold) {
        byKey.merge(key, tally, (earlier, later) -> earlier.then(fold.results(), later));
    }
}
