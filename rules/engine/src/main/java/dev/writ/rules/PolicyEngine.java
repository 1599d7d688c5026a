package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.Digest;
import dev.writ.model.Facts;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * A bundle that decides.
 *
 * <p>A decision is a function of the bundle, the engine's version and the facts, and of nothing else. Any thread may ask, any
 * number of them at once, also while and after the engine is closed: whoever replaces an engine does not wait for its callers.
 */
public interface PolicyEngine extends AutoCloseable {

    /** The meaning of rules, and the Drools that runs them. It changes when any decision might. */
    String VERSION = "writ-rules/3 drools/10.2.0";

    /**
     * What the bundle's rules say of a call. Of a call of a tool outside its scope they say nothing, which is a denial.
     *
     * <p>Takes microseconds, waits for nothing, and never throws for what the facts hold.
     *
     * @return the verdicts by rule id, combined by {@link Decision#combine}; a rule that cannot be judged denies
     * @throws IllegalStateException if the network did not run to its end; there is no decision then, and so no permission
     */
    default Decision evaluate(Facts facts) {
        return Decision.combine(verdicts(facts), facts.grants(), facts.now());
    }

    /**
     * The same, not combined yet: one verdict for each rule that speaks, in any order, for whoever combines those of several bundles.
     *
     * @throws IllegalStateException as {@link #evaluate}
     */
    List<Verdict> verdicts(Facts facts);

    /** What each rule about the call's tool asks of it, and what comes of that. Takes as long as compiling those rules. */
    List<Explanation.Rule> explain(Facts facts);

    /**
     * How much of the limits on what adds up is used, as far as they would count for such a call. It decides nothing, and takes as long as
     * compiling the rules about the call's tool.
     */
    List<BudgetUse> budgets(Facts facts);

    /**
     * What whoever made a call may be told if it is denied, as far as {@link PolicyBundle#hints} lets it. Whatever else the facts
     * hold, it depends on the call, the caller, the tool and the time alone. Slower than deciding.
     *
     * @return empty if nothing may be told, or no other arguments would do
     */
    Optional<Hint> hint(Facts facts);

    /**
     * What could come of a call before its arguments, its history and where its values come from are known.
     *
     * @param alone of which only the caller and the tool count
     */
    Prospect prospect(Facts alone);

    /**
     * Whose earlier calls the rules about that tool look back at. No rule sees another history, so a decision on a call of that
     * tool needs no other.
     */
    Set<Scope> scopes(ToolName tool);

    /** Whose earlier calls its rules look back at, about whatever tool. */
    Set<Scope> scopes();

    /** Whether a rule in force asks where the arguments of such a call come from. If none does, origins need not be found out. */
    boolean needsOrigins(ToolName tool);

    /** Whether a rule in force asks where the arguments of any call come from: then what agents are shown has to be known. */
    boolean asksForOrigins();

    PolicyBundle bundle();

    Set<String> ruleNames();

    /** Each rule as it is evaluated, in canonical form, by its name. */
    SortedMap<String, String> ruleTexts();

    /** SHA-256 over the canonical form of one rule; empty if it has no such rule. It changes when the rule says anything else. */
    default Optional<Digest> ruleDigest(String rule) {
        return Optional.ofNullable(ruleTexts().get(rule)).map(text -> Digest.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The rules as they are evaluated, in canonical form, for reviewers. */
    String canonicalRules();

    /** The rules one by one, in the order of the files. */
    List<RuleInfo> rules();

    /** Lets go of the memory that is kept to be fast. */
    @Override
    void close();

    /** The empty rule base: it denies everything. */
    static PolicyEngine denyAll() {
        return DenyAll.ENGINE;
    }
}
