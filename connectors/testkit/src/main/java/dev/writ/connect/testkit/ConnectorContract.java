package dev.writ.connect.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.Connector;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.model.Digest;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@link Connector} promises, as tests. A connector is held to it by one class:
 *
 * <pre>{@code
 * final class SqlConnectorContractTest extends ConnectorContract {
 *     @Override
 *     protected Bench bench() {
 *         return new SqlBench();
 *     }
 * }
 * }</pre>
 */
public abstract class ConnectorContract {

    private static final Duration AMPLE = Duration.ofSeconds(20);

    /** For calls that are to run into their deadline. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** How much later than the deadline an answer may be noticed on a busy machine. */
    private static final Duration GRACE = Duration.ofSeconds(8);

    private Bench bench;

    /** A new one for each test. */
    protected abstract Bench bench();

    @BeforeEach
    final void open() {
        bench = bench();
    }

    @AfterEach
    final void close() {
        bench.close();
    }

    @Test
    void offersTheSameToolsAlways() {
        List<ToolDefinition> before = bench.connector().tools();
        await(permit(AMPLE));
        assertThat(bench.connector().tools()).isEqualTo(before).isNotEmpty();
    }

    @Test
    void listsItsToolsByName() {
        assertThat(bench.connector().tools())
                .extracting(ToolDefinition::name)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void namesItsToolsAfterItself() {
        Connector connector = bench.connector();
        assertThat(connector.tools()).allSatisfy(tool -> {
            assertThat(tool.name().value()).startsWith(connector.name() + ".");
            assertThat(tool.connector()).isEqualTo(connector.name());
        });
    }

    @Test
    void saysWhatEachToolIsFor() {
        assertThat(bench.connector().tools())
                .extracting(ToolDefinition::description)
                .allSatisfy(description -> assertThat(description).isNotBlank());
    }

    @Test
    void closesTheSchemaOfEachTool() {
        assertThat(bench.connector().tools())
                .extracting(ToolDefinition::inputSchema)
                .allSatisfy(schema -> {
                    assertThat(schema.text("type")).contains("object");
                    assertThat(List.of(schema.get("additionalProperties"), schema.get("unevaluatedProperties")))
                            .contains(Optional.of(JsonBoolean.FALSE));
                });
    }

    @Test
    void carriesOutAPermittedCall() {
        ToolResult result = await(permit(AMPLE));
        assertThat(result).isInstanceOf(Succeeded.class);
        assertThat(traffic(result).sent()).isPresent();
        assertThat(bench.requests()).isEqualTo(1);
    }

    @Test
    void sendsNothingForAnExpiredPermit() {
        sendsNothingFor(permit(Duration.ofSeconds(-1)));
    }

    @Test
    void sendsNothingForArgumentsThatWereNotAllowed() {
        Permit permit = permit(AMPLE);
        sendsNothingFor(new Permit(
                permit.call(),
                permit.index(),
                permit.tool(),
                permit.arguments(),
                Digest.of(JsonObject.builder().put("other", true).build()),
                permit.definition(),
                permit.idempotencyKey(),
                permit.deadline()));
    }

    @Test
    void sendsNothingForAnotherDefinitionOfTheTool() {
        ToolDefinition tool = definition();
        ToolDefinition changed = new ToolDefinition(
                tool.name(),
                tool.connector(),
                tool.description() + " (changed)",
                tool.inputSchema(),
                tool.idempotent());
        sendsNothingFor(Permits.of(changed, bench.arguments(), Instant.now().plus(AMPLE)));
    }

    @Test
    void sendsNothingForAToolItDoesNotOffer() {
        ToolDefinition tool = definition();
        ToolDefinition stranger = new ToolDefinition(
                ToolName.parse(tool.name() + "-stranger"),
                tool.connector(),
                tool.description(),
                tool.inputSchema(),
                tool.idempotent());
        sendsNothingFor(Permits.of(stranger, bench.arguments(), Instant.now().plus(AMPLE)));
    }

    @Test
    void sendsNothingUntilSomebodyWaitsForTheResult() {
        Uni<ToolResult> unused = bench.connector().invoke(permit(AMPLE));
        await(permit(AMPLE));
        assertThat(bench.requests()).as("requests, with %s left alone", unused).isEqualTo(1);
    }

    @Test
    void sendsOnceHoweverManyWaitForTheResult() {
        Uni<ToolResult> result = bench.connector().invoke(permit(AMPLE));
        assertThat(await(result)).isSameAs(await(result));
        assertThat(bench.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void sendsOnceWhateverTheServiceDoes(Behaviour behaviour) {
        bench.behave(behaviour);
        await(permit(behaviour == Behaviour.STAY_SILENT ? SHORT : AMPLE));
        assertThat(bench.requests()).isEqualTo(1);
    }

    @Test
    void sendsOneRequestForEachOfManyCallsAtOnce() {
        List<Uni<ToolResult>> calls = IntStream.range(0, 8)
                .mapToObj(call -> bench.connector().invoke(permit(AMPLE)))
                .toList();
        List<ToolResult> results = Uni.join().all(calls).andFailFast().await().atMost(AMPLE.plus(GRACE));
        assertThat(results).hasOnlyElementsOfType(Succeeded.class);
        assertThat(bench.requests()).isEqualTo(8);
    }

    @Test
    void saysThatTheServiceRefused() {
        bench.behave(Behaviour.REFUSE);
        ToolResult result = await(permit(AMPLE));
        assertThat(result).isInstanceOf(Failed.class);
        assertThat(traffic(result).sent()).isPresent();
    }

    @Test
    void doesNotKnowTheOutcomeOfACallThatWasNotAnswered() {
        bench.behave(Behaviour.STAY_SILENT);
        ToolResult result = await(permit(SHORT));
        assertThat(result).isInstanceOf(OutcomeUnknown.class);
        assertThat(traffic(result).sent()).isPresent();
    }

    @Test
    void answersByTheDeadline() {
        bench.behave(Behaviour.STAY_SILENT);
        Permit permit = permit(SHORT);
        await(permit);
        assertThat(Instant.now()).isBefore(permit.deadline().plus(GRACE));
    }

    @Test
    void doesNotKnowTheOutcomeOfACallWhoseConnectionBroke() {
        bench.behave(Behaviour.BREAK_OFF);
        ToolResult result = await(permit(AMPLE));
        assertThat(result).isInstanceOf(OutcomeUnknown.class);
        assertThat(traffic(result).sent()).isPresent();
    }

    @Test
    void worksAgainAfterABrokenConnection() {
        bench.behave(Behaviour.BREAK_OFF);
        await(permit(AMPLE));
        bench.behave(Behaviour.ACCEPT);
        assertThat(await(permit(AMPLE))).isInstanceOf(Succeeded.class);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheCredentialOutOfResults(Behaviour behaviour) {
        bench.behave(behaviour);
        ToolResult result = await(permit(SHORT));
        assertThat(everythingIn(result)).noneMatch(this::tellsTheCredential);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheCredentialOutOfLogs(Behaviour behaviour) {
        bench.behave(behaviour);
        try (LogRecords logged = new LogRecords()) {
            await(permit(SHORT));
            assertThat(logged.texts()).noneMatch(this::tellsTheCredential);
        }
    }

    @Test
    void keepsTheCredentialOutOfItsDescription() {
        assertThat(bench.connector().toString()).doesNotContain(bench.credential());
        assertThat(bench.connector().tools().toString()).doesNotContain(bench.credential());
    }

    @Test
    void answersEvenWhenClosed() {
        bench.connector().close();
        assertThat(await(permit(AMPLE))).isNotInstanceOf(Succeeded.class);
    }

    /** That the result is there is no proof that nothing follows; that only the next call arrives, is. */
    private void sendsNothingFor(Permit permit) {
        ToolResult result = await(permit);
        await(permit(AMPLE));
        assertThat(bench.requests())
                .as("requests of a refused call and an allowed one")
                .isEqualTo(1);
        assertThat(result).isInstanceOf(Failed.class);
        assertThat(traffic(result).sent()).isEmpty();
    }

    private Permit permit(Duration untilDeadline) {
        return Permits.of(definition(), bench.arguments(), Instant.now().plus(untilDeadline));
    }

    private ToolDefinition definition() {
        return bench.connector().tools().stream()
                .filter(tool -> tool.name().equals(bench.tool()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the connector does not offer " + bench.tool()));
    }

    private ToolResult await(Permit permit) {
        return await(bench.connector().invoke(permit));
    }

    /** Fails the test if the {@code Uni} fails, or is later than any deadline given here. */
    private static ToolResult await(Uni<ToolResult> result) {
        return result.await().atMost(AMPLE.plus(GRACE));
    }

    private static Traffic traffic(ToolResult result) {
        return result.fold(Succeeded::traffic, Failed::traffic, OutcomeUnknown::traffic);
    }

    private static List<String> everythingIn(ToolResult result) {
        String content = result.fold(
                succeeded -> succeeded.value().toJson(),
                failed -> failed.reason()
                        + failed.value().map(value -> value.toJson()).orElse(""),
                OutcomeUnknown::reason);
        Optional<String> upstreamId = traffic(result).upstreamId();
        return List.of(
                content,
                upstreamId.orElse(""),
                result.toString(),
                traffic(result).toString());
    }

    private boolean tellsTheCredential(String text) {
        String credential = bench.credential();
        String json = new JsonString(credential).toJson();
        byte[] bytes = credential.getBytes(StandardCharsets.UTF_8);
        return Stream.of(
                        credential,
                        json.substring(1, json.length() - 1),
                        URLEncoder.encode(credential, StandardCharsets.UTF_8),
                        HexFormat.of().formatHex(bytes),
                        Base64.getEncoder().withoutPadding().encodeToString(bytes),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                .anyMatch(text::contains);
    }
}
