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

    static final PolicyEngine ENGINE = new DroolsPolicyEngine(
            PolicyBundle.of(Map.of(BundleFiles.MANIFEST, MANIFEST.getBytes(StandardCharsets.UTF_8))),
            List.of(),
            List.of());

    private DenyAll() {}
}
