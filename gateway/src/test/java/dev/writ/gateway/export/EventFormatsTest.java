package dev.writ.gateway.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.Commitment;
import dev.writ.audit.Entry;
import dev.writ.audit.Leaf;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventFormatsTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.123456Z");

    private static Event event(String kind, Map<Column, String> columns, JsonObject body) {
        Entry entry = FakeLog.entry(kind, AT, columns, body);
        Leaf leaf = Leaf.of(entry, Map.<String, Commitment>of());
        return Event.of("example.com/log", new Slot.Kept(42, Digest.fromBytes(leaf.hash()), leaf.bytes()));
    }

    private static Event decided(String verdict) {
        return event(
                "DECIDED",
                Map.of(
                        Column.VERDICT,
                        verdict,
                        Column.AGENT,
                        "agent-7",
                        Column.TOOL,
                        "bank.pay",
                        Column.CALL,
                        "c-1",
                        Column.SESSION,
                        "s-1"),
                JsonObject.builder().put("reason", "too much").build());
    }

    private static JsonObject ocsf(Event event) {
        return (JsonObject) JsonValue.parse(new Ocsf().line(event).orElseThrow().strip());
    }

    @Test
    void anOcsfEventHasEveryAttributeThatItsClassRequires() {
        JsonObject event = ocsf(decided("deny"));

        assertThat(event.members())
                .containsKeys(
                        "activity_id",
                        "category_uid",
                        "class_uid",
                        "metadata",
                        "severity_id",
                        "time",
                        "type_uid",
                        "actor",
                        "api",
                        "src_endpoint");
        assertThat(number(event, "category_uid")).isEqualTo(6);
        assertThat(number(event, "class_uid")).isEqualTo(6003);
        assertThat(number(event, "type_uid")).isEqualTo(6003 * 100 + number(event, "activity_id"));
        assertThat(number(event, "time")).isEqualTo(AT.toEpochMilli());
        JsonObject metadata = event.object("metadata").orElseThrow();
        assertThat(metadata.text("version")).contains("1.3.0");
        assertThat(metadata.object("product").orElseThrow().text("name")).isPresent();
        assertThat(event.object("api").orElseThrow().text("operation")).contains("bank.pay");
        assertThat(event.object("api")
                        .orElseThrow()
                        .object("request")
                        .orElseThrow()
                        .text("uid"))
                .contains("c-1");
        assertThat(event.object("actor")
                        .orElseThrow()
                        .object("user")
                        .orElseThrow()
                        .text("name"))
                .contains("agent-7");
        assertThat(event.object("src_endpoint").orElseThrow().text("name")).contains("agent-7");
    }

    @ParameterizedTest
    @CsvSource({"allow,1,1,1", "deny,2,2,3", "escalate,99,14,2"})
    void aVerdictIsActionDispositionAndSeverity(String verdict, long action, long disposition, long severity) {
        JsonObject event = ocsf(decided(verdict));

        assertThat(number(event, "action_id")).isEqualTo(action);
        assertThat(number(event, "disposition_id")).isEqualTo(disposition);
        assertThat(number(event, "severity_id")).isEqualTo(severity);
    }

    @ParameterizedTest
    @CsvSource({"succeeded,1,Success", "failed,2,Failure", "unknown,0,Unknown"})
    void anOutcomeIsAStatus(String outcome, long id, String status) {
        JsonObject event = ocsf(event(
                "EXECUTED",
                Map.of(Column.AGENT, "agent-7", Column.TOOL, "bank.pay"),
                JsonObject.builder().put("outcome", outcome).build()));

        assertThat(number(event, "status_id")).isEqualTo(id);
        assertThat(event.text("status")).contains(status);
    }

    @Test
    void anApprovalIsWhoeverGaveIt() {
        JsonObject event = ocsf(event(
                "APPROVAL_REFUSED",
                Map.of(Column.AGENT, "agent-7", Column.TOOL, "bank.pay"),
                JsonObject.builder().put("actor", "fay").build()));

        assertThat(event.object("actor")
                        .orElseThrow()
                        .object("user")
                        .orElseThrow()
                        .text("name"))
                .contains("fay");
        assertThat(number(event, "disposition_id")).isEqualTo(25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"STARTED", "KEY_CREATED", "BUNDLE_ACTIVATED"})
    void whatIsNoActivityOfAnApiIsSkipped(String kind) {
        assertThat(new Ocsf().line(event(kind, Map.of(), JsonObject.empty()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "plain|plain",
                "=1+1|'=1+1",
                "+1|'+1",
                "-abc|'-abc",
                "-|-",
                "@SUM(A1)|'@SUM(A1)",
                "a=b|a=b",
                "a,b|\"a,b\"",
                "say \"hi\"|\"say \"\"hi\"\"\"",
                "=1,2|\"'=1,2\""
            })
    void aCellIsNeverAFormula(String value, String cell) {
        assertThat(Csv.escape(value)).isEqualTo(cell);
    }

    @Test
    void aCellThatBeginsWithAControlCharacterIsNoFormulaEither() {
        assertThat(Csv.escape("\t=1")).isEqualTo("'\t=1");
        assertThat(Csv.escape("\r=1")).isEqualTo("\"'\r=1\"");
    }

    @Test
    void aRowHasAsManyCellsAsTheHeader() {
        Csv csv = new Csv();

        String row = csv.line(decided("deny")).orElseThrow();

        assertThat(row)
                .endsWith("\r\n")
                .startsWith("42,2026-01-02T03:04:05.123456Z,DECIDED,c-1,deny,agent-7,,s-1,bank.pay,");
        assertThat(row.split(",", -1)).hasSameSizeAs(csv.header().split(",", -1));
    }

    @Test
    void theSubjectOfACloudEventIsTheCallOrElseTheAgent() {
        Map<Column, String> columns = new HashMap<>(Map.of(Column.AGENT, "agent-7"));

        assertThat(CloudEvents.toJson(event("STARTED", columns, JsonObject.empty()))
                        .text("subject"))
                .contains("agent-7");
        columns.put(Column.CALL, "c-9");
        assertThat(CloudEvents.toJson(event("EXECUTED", columns, JsonObject.empty()))
                        .text("subject"))
                .contains("c-9");
    }

    private static long number(JsonObject json, String name) {
        return json.number(name).map(BigDecimal::longValueExact).orElseThrow();
    }
}
