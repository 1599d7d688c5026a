package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Entry;
import dev.writ.model.Consequence;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Obligation;
import dev.writ.model.Obligations;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whoever hides something later hides what the permission said, or keeps nothing. */
class RecordedObligationsTest {

    private static Optional<Obligations> read(JsonObject body) {
        return RecordedObligations.ofResult(new Entry(
                CallEntries.DECIDED,
                Instant.parse("2026-01-02T12:00:00Z"),
                List.of(),
                Set.of(),
                Map.of(),
                body,
                "writ",
                List.of()));
    }

    private static Optional<Obligations> read(JsonValue obligation) {
        return read(JsonObject.builder()
                .put(
                        "verdicts",
                        new JsonArray(List.of(JsonObject.builder()
                                .put("effect", "allow")
                                .put("obligations", new JsonArray(List.of(obligation)))
                                .build())))
                .build());
    }

    private static Verdict verdict(Obligation... obligations) {
        return new Verdict(Effect.ALLOW, "rule", "so", Optional.empty(), List.of(), List.of(obligations));
    }

    @Test
    void readsBackWhatWasRecordedAboutTheResult() {
        Obligation redact = new Obligation.Redact("owner.name");
        Obligation cap = new Obligation.Cap("lines", 3);
        JsonArray verdicts = VerdictJson.of(List.of(
                verdict(),
                verdict(new Obligation.Mask("note"), redact),
                verdict(
                        new Obligation.Assign("to", new JsonString("x")),
                        new Obligation.Label("secret"),
                        cap,
                        new Obligation.Expect(
                                ToolName.parse("bank.pay"),
                                Duration.ofHours(1),
                                new Consequence.Escalate("finance")))));

        assertThat(read(JsonObject.builder().put("verdicts", verdicts).build()))
                .contains(new Obligations(List.of(redact, cap)));
    }

    @Test
    void saysSoIfOneOfThemCannotBeRead() {
        assertThat(read(JsonObject.empty())).isEmpty();
        assertThat(read(new JsonString("redact"))).isEmpty();
        assertThat(read(JsonObject.builder().put("scramble", "owner").build())).isEmpty();
        assertThat(read(JsonObject.builder().put("redact", "owner..name").build()))
                .isEmpty();
        assertThat(read(JsonObject.builder().put("cap", "lines").build())).isEmpty();
        assertThat(read(JsonObject.builder()
                        .put("cap", "lines")
                        .put("at", JsonNumber.of(-1))
                        .build()))
                .isEmpty();
    }
}
