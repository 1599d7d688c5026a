package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * A case of a bundle, and why it comes out as it does.
 *
 * @param expected what its author wrote, for people
 * @param call the tool and the arguments, for people
 * @param came what comes out, for people
 */
public record ExplainedCase(
        String name, String file, int line, String expected, String call, String came, Explanation explanation) {

    /**
     * The cases of that name; if there is none, those whose name holds it.
     *
     * @throws InvalidBundleException if the bundle does not compile
     */
    public static List<ExplainedCase> named(PolicyBundle bundle, ToolSet tools, String name) {
        return PolicyCompiler.compile(bundle, tools.definitions())
                .fold(engine -> explained(engine, tools, name), problems -> {
                    throw new InvalidBundleException(problems);
                });
    }

    private static List<ExplainedCase> explained(PolicyEngine engine, ToolSet tools, String name) {
        try (engine) {
            Explainer explainer = Explainer.of(engine);
            List<PolicyCase> all = PolicyCases.read(engine.bundle(), tools.definitions(), new ArrayList<>());
            List<PolicyCase> wanted =
                    all.stream().filter(one -> one.name().equals(name)).toList();
            if (wanted.isEmpty()) {
                wanted = all.stream().filter(one -> one.name().contains(name)).toList();
            }
            return wanted.stream().map(one -> explained(explainer, one)).toList();
        }
    }

    private static ExplainedCase explained(Explainer explainer, PolicyCase one) {
        Explanation explanation = explainer.explain(one.facts());
        return new ExplainedCase(
                one.name(),
                one.file(),
                one.line(),
                one.expectation().toString(),
                one.facts().call().tool() + " " + one.facts().call().arguments().toJson(),
                PolicyCases.shown(explanation.decision()),
                explanation);
    }
}
