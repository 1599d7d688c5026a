package dev.writ.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.http.HttpConnector;
import dev.writ.connect.http.HttpConnectorSettings;
import dev.writ.connect.net.Credential;
import dev.writ.connect.net.Networks;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.CaseResult;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCases;
import dev.writ.rules.PolicyCompiler;
import dev.writ.rules.PolicyEngine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The billing service as the HTTP connector sees it through the OpenAPI document. */
class BillingToolsTest {

    private static final String CREDENTIAL = "only-the-connector-knows";

    private final Vertx vertx = Vertx.vertx();
    private BillingService billing;
    private HttpConnector connector;

    @BeforeEach
    void start() throws IOException {
        billing = BillingService.start(BillingBooks.sample(InstantSource.system()), CREDENTIAL);
        HttpConnectorSettings settings = HttpConnectorSettings.of(
                        "billing", billing.uri(), DemoFile.text("demo/billing-openapi.yaml"))
                .plainHttpAllowed(true)
                .networks(Networks.publicAnd("127.0.0.0/8"))
                .credential(Credential.bearer(CREDENTIAL))
                .idempotentOperations(Set.of("refund"))
                .build();
        connector = HttpConnector.open(settings, vertx, InstantSource.system())
                .fold(
                        opened -> {
                            assertThat(opened.skipped()).isEmpty();
                            return opened.connector();
                        },
                        refused -> {
                            throw new AssertionError(refused.problems().toString());
                        });
    }

    @AfterEach
    void stop() {
        connector.close();
        billing.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void isOneToolPerOperation() {
        assertThat(connector.tools().stream().map(tool -> tool.name().value()).collect(Collectors.toSet()))
                .isEqualTo(billing.operations().stream()
                        .map(operation -> "billing." + operation)
                        .collect(Collectors.toSet()));
    }

    @Test
    void refundTakesItsArgumentsSideBySideAndIsIdempotent() {
        ToolDefinition refund = tool("billing.refund");

        assertThat(refund.idempotent()).isTrue();
        assertThat(refund.inputSchema().object("properties").orElseThrow().members())
                .containsOnlyKeys("customer", "payment", "card", "amount", "reason");
    }

    @Test
    void everyWellFormedCallOfTheScenarioReachesItsOperation() {
        List<Step> wellFormed = Stream.concat(
                        Scenario.STEPS.stream(), Scenario.ESCALATIONS.stream().map(Escalation::step))
                .filter(step -> step.expected().status() != 400)
                .toList();

        wellFormed.forEach(step -> invoke(step.tool(), step.arguments(), step.key()));

        assertThat(billing.requests())
                .isEqualTo(wellFormed.stream()
                        .collect(Collectors.groupingBy(
                                step -> step.tool().substring("billing.".length()), Collectors.summingInt(step -> 1))));
    }

    @Test
    void aRepeatedInvocationPaysOnce() {
        Step refund = Scenario.STEPS.get(Scenario.STEPS.size() - 1);

        ToolResult first = invoke(refund.tool(), refund.arguments(), "the call");
        ToolResult again = invoke(refund.tool(), refund.arguments(), "the call");

        assertThat(first).isInstanceOf(ToolResult.Succeeded.class).isEqualTo(again);
        assertThat(billing.books().refunds()).hasSize(1);
    }

    /** The pack's own test has tools made up from its README; these are the ones that the document gives. */
    @Test
    void theDemosBundleCompilesForTheseToolsAndItsCasesHold() {
        try (PolicyEngine engine = PolicyCompiler.compile(PolicyBundle.of(bundle()), connector.tools())
                .fold(compiled -> compiled, problems -> {
                    throw new AssertionError(problems.toString());
                })) {
            assertThat(PolicyCases.run(engine, connector.tools()))
                    .isNotEmpty()
                    .hasOnlyElementsOfType(CaseResult.Passed.class);
        }
    }

    private static Map<String, byte[]> bundle() {
        return Demo.bundle().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, file -> file.getValue().getBytes(StandardCharsets.UTF_8)));
    }

    private ToolResult invoke(String tool, JsonObject arguments, String idempotencyKey) {
        Instant now = Instant.now();
        Permit permit = new Permit(
                CallId.mint(now, new Random(1)),
                0,
                ToolName.parse(tool),
                arguments,
                Digest.of(arguments),
                tool(tool).digest(),
                idempotencyKey,
                now.plusSeconds(10));
        return connector.invoke(permit).await().atMost(Duration.ofSeconds(10));
    }

    private ToolDefinition tool(String name) {
        return connector.tools().stream()
                .filter(tool -> tool.name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
