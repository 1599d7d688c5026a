package dev.writ.gateway.policy;

import dev.writ.model.Decision;
import dev.writ.model.Digest;
import dev.writ.model.Facts;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import dev.writ.rules.BudgetUse;
import dev.writ.rules.Explainer;
import dev.writ.rules.Hint;
import dev.writ.rules.PolicyEngine;
import dev.writ.rules.Prospect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bundles that decide for one identity at one point of the log, as one. Immutable. */
public final class Active {

    private final List<Part> parts;

    /**
     * One of them.
     *
     * @param engine empty as long as it is not compiled here, or if it cannot be
     */
    record Part(Activation activation, Optional<PolicyEngine> engine) {

        String digest() {
            return activation.digest().value();
        }

        boolean covers(ToolName tool) {
            return engine.filter(policy -> policy.bundle().scope().covers(tool)).isPresent();
        }

        boolean has(String rule) {
            return engine.filter(policy -> policy.ruleNames().contains(rule)).isPresent();
        }

        boolean isObserving() {
            return engine.filter(policy -> policy.bundle().isObserving()).isPresent();
        }
    }

    /** @param parts by the names of their bundles */
    Active(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** Their digests, by name; none if none is active, and then every call is denied. */
    public List<String> digests() {
        return parts.stream().map(Part::digest).toList();
    }

    /** Whether this replica decides as the log says; false while one of them is not compiled here, or cannot be. */
    public boolean isReady() {
        return parts.stream().allMatch(part -> part.engine().isPresent());
    }

    /** Whose earlier calls their rules about that tool look back at. */
    public Set<Scope> scopes(ToolName tool) {
        return engines().flatMap(engine -> engine.scopes(tool).stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** Whose earlier calls their rules look back at, about whatever tool. */
    public Set<Scope> scopes() {
        return engines().flatMap(engine -> engine.scopes().stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether one of their rules asks where the arguments of a call of that tool come from. */
    public boolean needsOrigins(ToolName tool) {
        return engines().anyMatch(engine -> engine.needsOrigins(tool));
    }

    private Stream<PolicyEngine> engines() {
        return parts.stream().flatMap(part -> part.engine().stream());
    }

    /** Whether one of them may speak about that tool. */
    boolean covers(ToolName tool) {
        return parts.stream().anyMatch(part -> part.covers(tool));
    }

    /**
     * What the rules of all of them say of a call, as one law: deny over escalate over allow. Bundles that only observe are asked
     * last, and count only if nobody else said anything. Everything is denied unless {@link #isReady}.
     *
     * @throws IllegalStateException as {@link PolicyEngine#evaluate} does
     */
    public Decision evaluate(Facts facts) {
        if (!isReady()) {
            return Decision.combine(List.of());
        }
        List<Verdict> verdicts = said(facts, false);
        return Decision.combine(verdicts.isEmpty() ? said(facts, true) : verdicts, facts.grants(), facts.now());
    }

    private List<Verdict> said(Facts facts, boolean observing) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Part part : parts) {
            if (part.covers(facts.call().tool()) && part.isObserving() == observing) {
                verdicts.addAll(part.engine().orElseThrow().verdicts(facts));
            }
        }
        return verdicts;
    }

    /** The same, with that one in place of the one of its name. */
    public Active with(PolicyEngine candidate) {
        BundleName name = BundleName.of(candidate.bundle());
        Stream<Part> others =
                parts.stream().filter(part -> !part.activation().name().name().equals(name.name()));
        Part part = new Part(new Activation(name, candidate.bundle().digest(), Long.MAX_VALUE), Optional.of(candidate));
        return new Active(Stream.concat(others, Stream.of(part))
                .sorted(Comparator.comparing(one -> one.activation().name().name()))
                .toList());
    }

    /**
     * Whether a call might be allowed, now or by people, with the right arguments and history. Nothing is while one of them is not
     * compiled here.
     *
     * @param alone of which only the caller and the tool count
     */
    public boolean mayPermit(Facts alone) {
        if (!isReady()) {
            return false;
        }
        List<Prospect> prospects = parts.stream()
                .filter(part -> part.covers(alone.call().tool()))
                .map(part -> part.engine().orElseThrow().prospect(alone))
                .toList();
        return prospects.contains(Prospect.POSSIBLE) && !prospects.contains(Prospect.HOPELESS);
    }

    /** How much of the limits on what adds up is used, as far as they would count for such a call; see {@link PolicyEngine#budgets}. */
    public List<BudgetUse> budgets(Facts facts) {
        return engines().flatMap(engine -> engine.budgets(facts).stream()).toList();
    }

    /** Says why they decide as they do, rule by rule. */
    public Explainer explainer() {
        return new Explainer(engines().toList(), this::evaluate);
    }

    /** What whoever made a call that they deny may be told; see {@link PolicyEngine#hint}. */
    public Optional<Hint> hint(Facts facts) {
        return Hint.best(
                engines().flatMap(engine -> engine.hint(facts).stream()).toList());
    }

    /** Which of them that decision is of, a denial by the gateway itself included. */
    public Asked asked(Decision decision, ToolName tool) {
        boolean refused = !decision.verdicts().isEmpty()
                && decision.verdicts().stream().allMatch(verdict -> OwnRule.isOwn(verdict.rule()));
        List<String> asked = refused
                ? List.of()
                : parts.stream()
                        .filter(part -> part.covers(tool))
                        .map(Part::digest)
                        .toList();
        Optional<String> deciding = decision.deciding().stream()
                .filter(verdict -> !OwnRule.isOwn(verdict.rule()))
                .flatMap(verdict -> partOf(verdict).stream())
                .findFirst()
                .map(Part::digest);
        return new Asked(
                deciding.or(() -> asked.stream().findFirst())
                        .or(() -> digests().stream().findFirst()),
                asked);
    }

    /** Digest of the one that has a rule of that name; empty if none has. */
    public Optional<String> bundleOf(String rule) {
        return parts.stream().filter(part -> part.has(rule)).findFirst().map(Part::digest);
    }

    /** SHA-256 over the canonical form of that rule; empty if none of them has it, or has it compiled here. */
    public Optional<Digest> ruleDigest(String rule) {
        return engines().flatMap(engine -> engine.ruleDigest(rule).stream()).findFirst();
    }

    /** No two of them have rules of the same name. */
    private Optional<Part> partOf(Verdict verdict) {
        return parts.stream().filter(part -> part.has(verdict.rule())).findFirst();
    }
}
