package dev.writ.rules;

import dev.writ.model.Decision;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bundles for tests. */
final class Bundles {

    static final String MANIFEST = """
            name: test
            version: "1"
            owners: [security]
            groups: [finance, legal]
            scope: [billing.*, mail.send]
            """;

    private Bundles() {}

    static PolicyBundle of(Map<String, String> files) {
        Map<String, byte[]> bytes = new HashMap<>();
        files.forEach((path, text) -> bytes.put(path, text.getBytes(StandardCharsets.UTF_8)));
        return PolicyBundle.of(bytes);
    }

    static PolicyBundle ofRules(String drl) {
        return of(Map.of("bundle.yaml", MANIFEST, "rules.drl", drl));
    }

    static Compilation compile(String drl) {
        return PolicyCompiler.compile(ofRules(drl), TestTools.ALL);
    }

    static PolicyEngine engine(String drl) {
        return engine(drl, Recall.REMEMBERING);
    }

    static PolicyEngine engine(String drl, Recall recall) {
        return PolicyCompiler.compile(ofRules(drl), TestTools.ALL, recall).fold(engine -> engine, problems -> {
            throw new AssertionError(problems.toString());
        });
    }

    static List<BundleProblem> problems(String drl) {
        return compile(drl)
                .fold(
                        engine -> {
                            engine.close();
                            return List.of();
                        },
                        problems -> problems);
    }

    /** A rule that allows refunds under those conditions. */
    static String allow(String call, String... patterns) {
        return rule("allowed", call, "allow(\"because\")", patterns);
    }

    static String rule(String name, String call, String opinion, String... patterns) {
        return "rule \"" + name + "\" when\n" + call + "\n" + String.join("\n", patterns) + "\nthen " + opinion
                + "; end\n";
    }

    static Decision decide(String drl, Scene scene) {
        try (PolicyEngine engine = engine(drl)) {
            return engine.evaluate(scene.facts());
        }
    }
}
