package dev.writ.gateway.export;

import dev.writ.audit.Column;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries as log records.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/logs/data-model/">OpenTelemetry, logs data model</a>
 */
final class OtlpLogs {

    private static final List<Column> COLUMNS =
            List.of(Column.AGENT, Column.TOOL, Column.VERDICT, Column.RULE, Column.CALL, Column.SESSION);
    private static final long NANOS = 1_000_000_000;

    private OtlpLogs() {}

    /** The body of an {@code ExportLogsServiceRequest}. */
    static JsonObject of(List<Event> events, Instant now) {
        JsonObject scope = JsonObject.builder()
                .put("scope", JsonObject.builder().put("name", "dev.writ.audit").build())
                .put(
                        "logRecords",
                        array(events.stream().map(event -> log(event, now)).toList()))
                .build();
        JsonObject resource = JsonObject.builder()
                .put(
                        "resource",
                        JsonObject.builder()
                                .put(
                                        "attributes",
                                        array(List.of(
                                                text("service.name", "writ"),
                                                text(
                                                        "writ.origin",
                                                        events.get(0).origin()))))
                                .build())
                .put("scopeLogs", array(List.of(scope)))
                .build();
        return JsonObject.builder()
                .put("resourceLogs", array(List.of(resource)))
                .build();
    }

    private static JsonObject log(Event event, Instant now) {
        Severity severity = Severity.of(event.column(Column.VERDICT).orElse(""));
        List<JsonObject> attributes = new ArrayList<>();
        attributes.add(integer("writ.index", event.slot().index()));
        attributes.add(text("writ.leaf_hash", event.slot().leafHash().value()));
        attributes.add(text("writ.kind", event.entry().kind()));
        for (Column column : COLUMNS) {
            event.column(column).ifPresent(value -> attributes.add(text("writ." + column.text(), value)));
        }
        return JsonObject.builder()
                .put("timeUnixNano", nanos(event.entry().at()))
                .put("observedTimeUnixNano", nanos(now))
                .put("severityNumber", severity.number())
                .put("severityText", severity.name())
                .put(
                        "body",
                        JsonObject.builder()
                                .put("stringValue", new String(event.slot().leaf(), StandardCharsets.UTF_8))
                                .build())
                .put("attributes", array(attributes))
                .build();
    }

    /** By verdict; what has none is information. */
    private enum Severity {
        INFO(9),
        WARN(13);

        private final int number;

        Severity(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static Severity of(String verdict) {
            return verdict.equals("deny") || verdict.equals("escalate") ? WARN : INFO;
        }
    }

    /** OTLP writes integers of 64 bits as texts. */
    private static String nanos(Instant time) {
        return BigInteger.valueOf(time.getEpochSecond())
                .multiply(BigInteger.valueOf(NANOS))
                .add(BigInteger.valueOf(time.getNano()))
                .toString();
    }

    private static JsonObject text(String key, String value) {
        return attribute(key, JsonObject.builder().put("stringValue", value).build());
    }

    private static JsonObject integer(String key, long value) {
        return attribute(
                key, JsonObject.builder().put("intValue", Long.toString(value)).build());
    }

    private static JsonObject attribute(String key, JsonObject value) {
        return JsonObject.builder().put("key", key).put("value", value).build();
    }

    private static JsonArray array(List<JsonObject> items) {
        return new JsonArray(List.<JsonValue>copyOf(items));
    }
}
