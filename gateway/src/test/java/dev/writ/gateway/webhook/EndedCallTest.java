package dev.writ.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndedCallTest {

    private static final String CALL = "019b7f00-0000-7000-8000-000000000001";

    @ParameterizedTest
    @CsvSource({
        "EXECUTED, allow, succeeded, succeeded",
        "EXECUTED, allow, failed, failed",
        "EXECUTED, allow, unknown, unknown",
        "ABANDONED, allow, abandoned, abandoned",
        "DECIDED, deny, , denied",
        "APPROVAL_REFUSED, , , refused",
        "APPROVAL_EXPIRED, , , expired",
        "APPROVAL_WITHDRAWN, , , withdrawn",
        "EXPECTATION_MISSED, , , expectation-missed"
    })
    void saysHowTheCallEnded(String kind, String verdict, String outcome, String status) {
        assertThat(EndedCall.of(entry(kind, verdict, outcome)).orElseThrow().status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"DECIDED, allow", "DECIDED, escalate", "APPROVAL_GRANTED,", "KILL_SWITCH,"})
    void isNoEndOtherwise(String kind, String verdict) {
        assertThat(EndedCall.of(entry(kind, verdict, null))).isEmpty();
    }

    @Test
    void tellsNothingButThat() {
        EndedCall ended = EndedCall.of(entry("EXECUTED", null, "succeeded")).orElseThrow();

        assertThat(ended.event("writ.local/1f")).isEqualTo(JsonValue.parse("""
                        {"specversion": "1.0", "id": "writ.local/1f/7", "source": "writ.local/1f",
                         "type": "dev.writ.tool-call.ended", "subject": "019b7f00-0000-7000-8000-000000000001",
                         "time": "2026-01-02T12:00:00Z", "datacontenttype": "application/json",
                         "data": {"callId": "019b7f00-0000-7000-8000-000000000001", "status": "succeeded", "index": 7}}"""));
    }

    @Test
    void hasOneIdForEveryDelivery() {
        EndedCall ended = EndedCall.of(entry("EXECUTED", null, "succeeded")).orElseThrow();

        assertThat(ended.webhookId("writ.local/1f"))
                .matches("msg_[0-9a-f]{32}")
                .isEqualTo(ended.webhookId("writ.local/1f"))
                .isNotEqualTo(ended.webhookId("writ.local/2e"));
    }

    private static Recorded entry(String kind, @Nullable String verdict, @Nullable String outcome) {
        Map<Column, String> columns = new EnumMap<>(Map.of(Column.AGENT, "bot", Column.CALL, CALL));
        JsonObject.Builder body = JsonObject.builder().put("reason", "canary");
        if (verdict != null) {
            columns.put(Column.VERDICT, verdict);
        }
        if (outcome != null) {
            body.put("outcome", outcome);
        }
        Entry entry = new Entry(
                kind,
                Instant.parse("2026-01-02T12:00:00Z"),
                List.of(),
                Set.of(),
                columns,
                body.build(),
                "agent/bot",
                List.of(new Input("result", new JsonString("canary"), false)));
        return new Recorded(7, Digest.of(new byte[0]), entry);
    }
}
