package dev.writ.gateway.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway has really written, read with the login that may only read. */
@WritTest
class ExportFromDatabaseTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Inject
    AuditSchema.Access access;

    @Inject
    LogSigner signer;

    @Inject
    AuditReader reader;

    @TempDir
    Path folder;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();

    private LogKeys key() {
        return signer.keys();
    }

    private String pay(int amount) {
        return agent.call("bank.pay", Map.of("to", "acme", "amount", amount))
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    @ParameterizedTest
    @EnumSource(ExportFormat.class)
    void everyEntryOfARealLogCanBeExported(ExportFormat format) throws IOException {
        pay(1);

        try (LogSource source = PostgresLogSource.open(access.reader(), key())) {
            Export.Result result = new Export(source, key(), ExportFolder.at(folder))
                    .run(format, Optional.empty(), Optional.empty(), plan -> OptionalLong.empty(), (done, total) -> {});

            assertThat(result.written() + result.skipped())
                    .isEqualTo(result.plan().to());
            assertThat(result.written()).isPositive();
            assertThat(Folders.contents(folder)).isNotEmpty();
        }
    }

    @Test
    void whatAnAgentNeverDidIsProvedFromARealLog() {
        pay(2);
        Instant now = reader.at(0).await().atMost(SOON).orElseThrow().entry().at();
        NoneClaim claim = new NoneClaim(
                Map.of(Column.AGENT, "nobody"),
                Set.of(),
                now.minusSeconds(60),
                now.plusNanos(1000),
                Duration.ZERO,
                0,
                0);

        try (LogSource source = PostgresLogSource.open(access.reader(), key())) {
            new NoneProof(source, key(), ExportFolder.at(folder)).write(claim, (done, total) -> {});
        }

        assertThat(NoneCheck.check(ExportFolder.at(folder), key(), (done, total) -> {}))
                .isInstanceOfSatisfying(
                        NoneFinding.Proved.class,
                        proved -> assertThat(proved.looked()).isPositive());
    }

    @Test
    void whatTheGatewayCarriedOutReconciles() {
        Instant since = Instant.now().minusSeconds(60);
        String call = pay(3);
        PermitsOfTime permits = new PermitsOfTime(reader, tool -> tool.equals("bank.pay"));

        List<PermittedCall> expected =
                permits.decided(since, Instant.now().plusSeconds(60)).await().atMost(SOON).stream()
                        .filter(permit -> permit.call().equals(call))
                        .toList();

        assertThat(expected).extracting(PermittedCall::outcome).containsExactly("succeeded");
        assertThat(permits.ofCalls(List.of(call, "no call")).await().atMost(SOON))
                .isEqualTo(new PermitsOfTime.Told(expected, Set.of()));
        PermitsOfTime.Told nothing = new PermitsOfTime.Told(List.of(), Set.of());
        Effect effect = new Effect(2, Optional.of(call), Optional.empty());
        assertThat(Reconciliation.of(expected, nothing, List.of(effect)).isClean())
                .isTrue();
        assertThat(Reconciliation.of(expected, nothing, List.of()).isClean()).isFalse();
    }

    @Test
    void anExportIsRecordedByTheGateway() {
        long size = reader.checkpoint().await().atMost(SOON).size();

        int index = fixture.auditor
                .post("/v1/audit/exports", export(0, size, size))
                .then()
                .statusCode(201)
                .extract()
                .path("index");

        LogEntry entry = fixture.entries("kind=EXPORT").get(0);
        assertThat(entry.index()).isEqualTo(index);
        assertThat(entry.column("agent")).isEqualTo(fixture.auditor.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"format", "from", "to", "size", "root"})
    void anExportThatSaysTooLittleIsNotRecorded(String missing) {
        Map<String, Object> body = export(0, 1, 1);
        body.remove(missing);

        fixture.auditor.post("/v1/audit/exports", body).then().statusCode(422);
    }

    @Test
    void anExportBeyondTheLogIsNotRecorded() {
        fixture.auditor
                .post("/v1/audit/exports", export(0, 1, 1_000_000_000))
                .then()
                .statusCode(422);
        fixture.auditor.post("/v1/audit/exports", export(2, 1, 5)).then().statusCode(422);
        agent.post("/v1/audit/exports", export(0, 1, 1)).then().statusCode(403);
    }

    private static Map<String, Object> export(long from, long to, long size) {
        return new HashMap<>(
                Map.of("format", "csv", "from", from, "to", to, "size", size, "root", "sha256:" + "0".repeat(64)));
    }

    @Test
    void theFirstLineOfAFileIsItsHeader() throws IOException {
        try (LogSource source = PostgresLogSource.open(access.reader(), key())) {
            new Export(source, key(), ExportFolder.at(folder))
                    .run(
                            ExportFormat.CSV,
                            Optional.empty(),
                            Optional.of(1L),
                            plan -> OptionalLong.empty(),
                            (done, total) -> {});
        }

        assertThat(Files.readAllLines(folder.resolve("000000000000.csv")))
                .hasSize(2)
                .element(0)
                .asString()
                .startsWith("index,at,kind,");
    }
}
