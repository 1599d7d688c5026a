package dev.writ.rules;

import dev.writ.model.Facts;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The one fact in the network: a call to be judged, and what the rules say of it.
 *
 * <p>Verdicts are kept here and not in the session, so that whatever a network does with an old inquiry cannot reach a new one.
 * Belongs to one thread.
 */
final class Inquiry {

    private final Facts facts;
    private final IdentityHashMap<RuleGroup, List<Verdict>> judged = new IdentityHashMap<>();
    private final Object[] shared = new Object[Evaluation.SHARED];
    private final List<Verdict> verdicts = new ArrayList<>();
    private boolean open = true;

    Inquiry(Facts facts) {
        this.facts = facts;
    }

    String tool() {
        return facts.call().tool().value();
    }

    /** The condition of a group: a rule of it has something to say. */
    boolean concerns(RuleGroup group) {
        List<Verdict> said = group.judge(facts, shared);
        if (!said.isEmpty()) {
            judged.put(group, said);
        }
        return !said.isEmpty();
    }

    /** The consequence of a group: its rules say so. */
    void speak(RuleGroup group) {
        List<Verdict> said = judged.get(group);
        if (!open || said == null) {
            throw new IllegalStateException("a rule spoke out of turn");
        }
        verdicts.addAll(said);
    }

    /** Nothing is added from now on. */
    void close() {
        open = false;
    }

    /** In no particular order. */
    List<Verdict> verdicts() {
        if (open) {
            throw new IllegalStateException("not all rules have been heard");
        }
        return verdicts;
    }

    @Override
    public String toString() {
        return "Inquiry[" + facts.call() + "]";
    }
}
