package dev.writ.gateway.policy;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.PolicyBundle;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Bundles about one tool, and their entries. */
final class Bundles {

    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    static final ToolDefinition PAY =
            new ToolDefinition(ToolName.parse("bank.pay"), "bank", "Pays", (JsonObject) JsonValue.parse("""
                    {"type": "object", "additionalProperties": false, "properties": {"amount": {"type": "number"}}}
                    """), false);

    static final ToolDefinition BALANCE =
            new ToolDefinition(ToolName.parse("bank.balance"), "bank", "Tells", PAY.inputSchema(), true);

    static final JsonObject TOOLS = BundleEntries.tools(List.of(PAY));

    private static final String RULE = """
            rule "small payment"
            when
                ToolCall( tool == "%s", number("amount") <= 100 )
            then
                allow("small");
            end
            """;

    private static final String CASE = """
            - name: a small payment
              call: { tool: bank.pay, arguments: { amount: %d } }
              principal: { agent: bot }
              expect: allow
            """;

    private Bundles() {}

    /** Allows small payments, and says so in a case. */
    static Map<String, String> files(String version) {
        return files(version, "bank.pay", 10);
    }

    /** Speaks about a tool that is not there. */
    static Map<String, String> unknownTool(String version) {
        return files(version, "bank.steal", 10);
    }

    /** Has a case that does not come out. */
    static Map<String, String> failingCase(String version) {
        return files(version, "bank.pay", 1_000);
    }

    private static Map<String, String> files(String version, String tool, int amount) {
        return Map.of(
                "bundle.yaml",
                "name: bank\nversion: " + version + "\ndescription: for tests\nowners: [tests]\nscope: [\"bank.*\"]\n",
                "rules.drl",
                RULE.formatted(tool),
                "cases/small.yaml",
                CASE.formatted(amount));
    }

    /** A bundle of that name with one rule. */
    static Map<String, String> named(String name, String version, String head, String rule) {
        return Map.of(
                "bundle.yaml",
                "name: " + name + "\nversion: " + version + "\nowners: [tests]\ngroups: [finance]\n" + head,
                "rules.drl",
                rule);
    }

    /** A rule about payments, or about every tool. */
    static String rule(String name, String call, String opinion) {
        return "rule \"" + name + "\" when ToolCall( " + call + " ) then " + opinion + "; end\n";
    }

    static PolicyBundle bundle(Map<String, String> files) {
        return PolicyBundle.ofTexts(files);
    }

    static Recorded published(long index, Map<String, String> files) {
        return recorded(
                index,
                BundleEntries.PUBLISHED,
                BundleEntries.published(bundle(files), Digest.of(TOOLS), Optional.empty()));
    }

    static Published published(Map<String, String> files) {
        return BundleEntries.readPublished(published(0, files)).orElseThrow();
    }

    static Recorded activated(long index, Map<String, String> files) {
        return recorded(index, BundleEntries.ACTIVATED, BundleEntries.activated(published(files)));
    }

    /** An activation as it was written when one bundle was active at a time. */
    static Recorded activatedAlone(long index, Map<String, String> files) {
        JsonObject.Builder body = JsonObject.builder();
        BundleEntries.activated(published(files)).members().forEach((name, value) -> {
            if (!name.equals("replaces")) {
                body.put(name, value);
            }
        });
        return recorded(index, BundleEntries.ACTIVATED, body.build());
    }

    static StoredBundle row(Map<String, String> files) {
        return new StoredBundle(Texts.toJson(files).toJson(), TOOLS.toJson(), entry -> true);
    }

    static Recorded recorded(long index, String kind, JsonObject body) {
        Entry entry = new Entry(kind, NOON, List.of(), Set.of(), Map.of(), body, "writ", List.of());
        return new Recorded(index, Digest.of(("leaf " + index).getBytes(StandardCharsets.UTF_8)), entry);
    }
}
