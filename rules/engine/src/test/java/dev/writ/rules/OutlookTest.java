package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutlookTest {

    private static final String REFUND = "ToolCall( tool == \"billing.refund\" )";
    private static final String SMALL = "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 50 )";

    @Test
    void aToolOfWhichNoRuleSpeaksHasNone() {
        assertThat(prospect(Bundles.rule("mail", "ToolCall( tool == \"mail.send\" )", "allow(\"a\")")))
                .isEqualTo(Prospect.NONE);
    }

    @Test
    void whatDependsOnArgumentsOrHistoryIsPossible() {
        assertThat(prospect(Bundles.rule("small", SMALL, "allow(\"a\")"))).isEqualTo(Prospect.POSSIBLE);
        assertThat(prospect(Bundles.rule("known", REFUND, "allow(\"a\")", "exists Past( tool == \"crm.lookup\" )")))
                .isEqualTo(Prospect.POSSIBLE);
    }

    @Test
    void whatPeopleMayAllowIsPossible() {
        assertThat(prospect(Bundles.rule("ask", REFUND, "escalate(\"a\").to(\"finance\").within(\"1h\")")))
                .isEqualTo(Prospect.POSSIBLE);
    }

    @Test
    void aRuleForSomebodyElseAllowsNothing() {
        assertThat(prospect(Bundles.rule("other", REFUND, "allow(\"a\")", "Principal( agent == \"somebody-else\" )")))
                .isEqualTo(Prospect.NONE);
    }

    @Test
    void aDenialThatNeedsNothingButTheCallerIsCertain() {
        String allowed = Bundles.rule("all", REFUND, "allow(\"a\")");

        assertThat(prospect(allowed + Bundles.rule("never", REFUND, "deny(\"b\")")))
                .isEqualTo(Prospect.HOPELESS);
        assertThat(prospect(allowed
                        + Bundles.rule(
                                "not me",
                                REFUND,
                                "deny(\"b\")",
                                "Principal( agent == \"" + Scene.BOT.agent() + "\" )")))
                .isEqualTo(Prospect.HOPELESS);
        assertThat(prospect(allowed
                        + Bundles.rule("not them", REFUND, "deny(\"b\")", "Principal( agent == \"somebody-else\" )")))
                .isEqualTo(Prospect.POSSIBLE);
    }

    @Test
    void aDenialOfSomeArgumentsOrSomeHistoryIsNot() {
        String allowed = Bundles.rule("all", REFUND, "allow(\"a\")");

        assertThat(prospect(allowed + Bundles.rule("small", SMALL, "deny(\"b\")")))
                .isEqualTo(Prospect.POSSIBLE);
        assertThat(prospect(
                        allowed + Bundles.rule("first", REFUND, "deny(\"b\")", "not Past( tool == \"crm.lookup\" )")))
                .isEqualTo(Prospect.POSSIBLE);
    }

    private static Prospect prospect(String drl) {
        try (PolicyEngine engine = Bundles.engine(drl)) {
            return engine.prospect(Scene.refund("{}").facts());
        }
    }
}
