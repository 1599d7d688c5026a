package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The pack in {@code rules/packs/billing-support}, on tools as its README expects them. */
class BillingSupportPackTest {

    private static final Path FOLDER = Path.of("..", "packs", "billing-support");

    private static final List<ToolDefinition> TOOLS = List.of(
            tool("search_tickets", "text"),
            tool("get_customer", "customer"),
            tool("list_payments", "customer"),
            tool("get_invoice", "invoice"),
            tool("compare_invoices", "first", "second"),
            tool("export_customers"),
            tool("refund", "customer", "payment", "card", "reason", "amount"));

    @TestFactory
    Stream<DynamicTest> decidesEachOfItsCasesAsWritten() throws IOException {
        return results().stream()
                .map(result -> DynamicTest.dynamicTest(
                        result.name(),
                        () -> assertThat(result)
                                .withFailMessage(result::toString)
                                .isInstanceOf(CaseResult.Passed.class)));
    }

    @Test
    void bringsCasesAlong() throws IOException {
        assertThat(results()).hasSizeGreaterThan(20);
    }

    @Test
    void hasACaseThatEachOfItsRulesDecides() throws IOException {
        Set<String> rules = new TreeSet<>();
        Set<String> deciding = new TreeSet<>();
        try (PolicyEngine engine = engine()) {
            PolicyBundle bundle = engine.bundle();
            bundle.texts("", ".drl")
                    .forEach((file, text) ->
                            RuleParser.parse(file, text, new ArrayList<>()).forEach(rule -> rules.add(rule.name())));
            bundle.texts("cases/", ".yaml")
                    .forEach((file, text) -> new CaseReader(TOOLS)
                            .read(file, text, new ArrayList<>())
                            .forEach(it -> engine.evaluate(it.facts())
                                    .deciding()
                                    .forEach(verdict -> deciding.add(verdict.rule()))));
        }
        assertThat(deciding).isEqualTo(rules).isNotEmpty();
    }

    private static List<CaseResult> results() throws IOException {
        try (PolicyEngine engine = engine()) {
            return PolicyCases.run(engine, TOOLS);
        }
    }

    private static PolicyEngine engine() throws IOException {
        return PolicyCompiler.compile(PolicyBundle.read(FOLDER), TOOLS).fold(engine -> engine, problems -> {
            throw new AssertionError(problems.toString());
        });
    }

    /** All arguments are texts but the amount. */
    private static ToolDefinition tool(String name, String... arguments) {
        JsonObject.Builder properties = JsonObject.builder();
        for (String argument : arguments) {
            properties.put(
                    argument,
                    JsonObject.builder()
                            .put("type", argument.equals("amount") ? "number" : "string")
                            .build());
        }
        JsonObject schema = JsonObject.builder()
                .put("type", "object")
                .put("properties", properties.build())
                .put("additionalProperties", false)
                .build();
        return new ToolDefinition(ToolName.parse("billing." + name), "billing", "", schema, name.equals("refund"));
    }
}
