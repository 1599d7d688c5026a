package dev.writ.gateway.policy;

import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.identity.Somebody;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyEngine;
import dev.writ.rules.ToolScope;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What must hold before a version takes a step, and who may let it. Everything that does not is a {@link Problem}. */
@ApplicationScoped
class BundleChecks {

    private final CompiledBundles compiled;
    private final PolicyConfig config;
    private final People people;

    BundleChecks(CompiledBundles compiled, PolicyConfig config, People people) {
        this.compiled = compiled;
        this.config = config;
        this.people = people;
    }

    /** An administrator says what each name may speak about; as soon as one name has a scope, all need one. */
    static void requireScope(BundleState now, PolicyBundle bundle) {
        Map<String, ToolScope> scopes = now.scopes();
        if (scopes.isEmpty()) {
            return;
        }
        ToolScope granted = Optional.ofNullable(scopes.get(bundle.name()))
                .orElseThrow(() -> new Problem(
                        ProblemType.FORBIDDEN,
                        "No scope is set for bundles of this name. An administrator sets it with PUT /v1/policies/scopes/"
                                + bundle.name() + "."));
        if (!bundle.scope().isWithin(granted)) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The scope of bundle.yaml exceeds what an administrator has set for this name: " + granted
                            + ". Make it smaller, or ask for more.");
        }
    }

    /** Its scope is its own, and its rules have names that no rule of another bundle in use has. */
    void requireFits(BundleState now, PolicyEngine engine) {
        requireScope(now, engine.bundle());
        now.inUse().stream()
                .filter(other -> !other.name().name().equals(engine.bundle().name()))
                .forEach(
                        other -> requireApart(engine, now.bundle(other.digest()).flatMap(compiled::engine)));
    }

    private static void requireApart(PolicyEngine engine, Optional<PolicyEngine> compiledOther) {
        PolicyEngine other = compiledOther.orElseThrow(
                () -> conflict("Another bundle in use is not compiled on this replica yet. Retry in a moment."));
        Stream<String> shared = engine.ruleNames().stream().filter(other.ruleNames()::contains);
        shared.sorted().findFirst().ifPresent(rule -> {
            throw conflict("The bundle '" + other.bundle().name() + "' has a rule '" + rule
                    + "' too, and a rule's name is its id in every record. Rename one of them.");
        });
    }

    /** Whether this person may make it decide. */
    void requireMayDecide(BundleState now, Published published, Approver by) {
        if (config.fourEyes()) {
            // By whom it turns out since, too: a key may have told only afterwards who somebody is.
            if (now.approvals(published.digest())
                    .allMatch(step ->
                            people.of(step.actor(), step.body().text("person")).isSame(author(published)))) {
                throw conflict("Nobody has approved this version. A reviewer who did not publish it does so with POST"
                        + " /v1/policies/{digest}/approve.");
            }
        } else if (!config.allowSelfActivation()) {
            requireSomebodyElse(
                    published,
                    by,
                    "Whoever published a bundle does not activate it. Ask another reviewer to look at it.");
        }
    }

    /** Two keys of one person are one person. */
    void requireSomebodyElse(Published published, Approver by, String detail) {
        if (people.of(by).isSame(author(published))) {
            throw new Problem(ProblemType.FORBIDDEN, detail);
        }
    }

    private Somebody author(Published published) {
        return people.of(published.by(), published.person());
    }

    static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail + " Nothing was recorded.");
    }

    static Problem unusable(List<BundleProblem> problems) {
        return new Problem(
                        ProblemType.UNPROCESSABLE,
                        "The bundle cannot be used as it is; the active ones stay. See 'problems'.")
                .with(
                        "problems",
                        new JsonArray(problems.stream()
                                .<JsonValue>map(problem -> JsonObject.builder()
                                        .put("file", problem.file())
                                        .put("line", problem.line())
                                        .put("column", problem.column())
                                        .put("message", problem.message())
                                        .build())
                                .toList()));
    }
}
