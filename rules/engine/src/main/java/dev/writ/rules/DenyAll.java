package dev.writ.rules;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The bundle without rules, for when there is no other. */
final class DenyAll {

    private static final String MANIFEST = """
            name: deny-all
            version: "1"
            description: Says nothing, and so denies everything.
            scope: ["*"]
            """;

    static final PolicyEngine ENGINE =
            engine(PolicyBundle.of(Map.of(BundleFiles.MANIFEST, MANIFEST.getBytes(StandardCharsets.UTF_8))));

    private static PolicyEngine engine(PolicyBundle bundle) {
        return new DroolsPolicyEngine(bundle, List.of(), List.of(), new Tools(List.of(), bundle.scope()));
    }

    private DenyAll() {}
}
