package dev.writ.rules;

import dev.writ.model.Facts;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The one fact in the network: a call to be judged, and what the rules say of it.
 *
 * <p>Verdicts are kept here and not in the session, so that whatever a network does with an old inquiry cannot reach a new one.
 * Belongs to one thread.
 */
final class Inquiry {

    private final Facts facts;
    private final IdentityHashMap<CompiledRule, Verdict> judged = new IdentityHashMap<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private boolean open = true;

    Inquiry(Facts facts) {
        this.facts = facts;
    }

    String tool() {
        return facts.call().tool().value();
    }

    /** The condition of a rule: it has something to say. */
    boolean concerns(CompiledRule rule) {
        Optional<Verdict> verdict = rule.judge(facts);
        verdict.ifPresent(said -> judged.put(rule, said));
        return verdict.isPresent();
    }

    /** The consequence of a rule: it says so. */
    void speak(CompiledRule rule) {
        Verdict verdict = judged.get(rule);
        if (!open || verdict == null) {
            throw new IllegalStateException("a rule spoke out of turn");
        }
        verdicts.add(verdict);
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
