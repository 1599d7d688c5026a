package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BundleDraftTest {

    private final List<BundleDraft.Observed> calls = new ArrayList<>();

    @Test
    void allowsWhatWasSeenOftenAsFarAsItWasSeen() {
        for (int i = 0; i < 6; i++) {
            see(
                    "billing.refund",
                    "person-" + i,
                    "{\"amount\": " + (10.01 + i) + ", \"currency\": \"" + (i % 2 == 0 ? "EUR" : "USD")
                            + "\", \"note\": \"for Jane Doe\", \"payment_id\": 77" + i + ", \"customer\": \"ACME\"}");
        }

        Map<String, String> draft = BundleDraft.of("draft", calls);

        assertThat(draft.get("draft.drl"))
                .contains(
                        "number(\"amount\") >= 10, number(\"amount\") <= 16, text(\"currency\") in (\"EUR\", \"USD\")")
                .contains("number(\"amount\") > 16 )\nthen\n    escalate(");
        assertThat(draft.values())
                .noneMatch(text -> text.contains("Jane")
                        || text.contains("ACME")
                        || text.contains("77")
                        || text.contains("person-")
                        || text.contains("10.01"));
        assertPasses(draft);
    }

    @Test
    void asksForWhatWasSeenRarelyOrWithoutArguments() {
        see("billing.refund", "a", "{\"amount\": 5}");
        for (int i = 0; i < 9; i++) {
            calls.add(new BundleDraft.Observed(new ToolName("mail.send"), "b" + i, Optional.empty()));
        }

        Map<String, String> draft = BundleDraft.of("draft", calls);

        assertThat(draft.get("draft.drl")).contains("escalate(").doesNotContain("allow(");
        assertPasses(draft);
    }

    @Test
    void aWordThatOnlyOnePersonUsesIsNotTold() {
        for (int i = 0; i < 6; i++) {
            see("billing.refund", "same", "{\"amount\": " + i + ", \"reason\": \"illness\"}");
        }

        assertThat(BundleDraft.of("draft", calls).values()).noneMatch(text -> text.contains("illness"));
    }

    @Test
    void allowsToolsThatOnlyLook() {
        see("billing.list_payments", "a", "{}");

        Map<String, String> draft = BundleDraft.of("draft", calls);

        assertThat(draft.get("draft.drl")).contains("allow(\"as seen: it only looks\")");
        assertPasses(draft);
    }

    private void see(String tool, String subject, String arguments) {
        calls.add(new BundleDraft.Observed(
                new ToolName(tool), subject, Optional.of((JsonObject) JsonValue.parse(arguments))));
    }

    private static void assertPasses(Map<String, String> files) {
        PolicyBundle bundle = Bundles.of(files);
        TestReport report = TestReport.of(bundle, ToolSet.assumedBy(bundle));
        assertThat(report.problems()).isEmpty();
        assertThat(report.cases()).isNotEmpty();
        assertThat(report.failed()).isZero();
        assertThat(report.coverage().coveredRules())
                .isEqualTo(report.coverage().rules().size());
    }
}
