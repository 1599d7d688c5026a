package dev.writ.gateway.demo;

import dev.writ.gateway.demo.Step.Expected;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** A support agent's day: what it tries for one customer, good and bad, and what has to come of each try. */
final class Scenario {

    static final String AGENT = "billing-support";
    static final String PERSON = "ana";
    static final String GROUP = "finance";
    static final String TASK = "My payment failed twice, but I was still charged. I need this fixed today.";

    /** What later rules may know of a result: which charges are duplicates, and which cards the customer has paid with. */
    static final Map<String, Map<String, String>> EXTRACTS = Map.of(
            "billing.list_payments",
            Map.of(
                    "duplicates", "$.payments[?(@.duplicateOf && @.status == 'captured')].id",
                    "cards", "$.payments[*].card"));

    private static final String CUSTOMER = "cus-1001";
    private static final String OWN_CARD = "card-7002";
    private static final String STRANGERS_CARD = "card-7101";
    private static final String CHARGE = "pay-3002";
    private static final String DUPLICATE = "pay-3003";

    private static final String READ = "read tickets, payments and invoices";
    private static final String FINANCE = "refund over 50 needs finance";
    private static final String HURRY = "refund over 1000 needs finance within seconds";

    private static final JsonObject SMALL = refund(DUPLICATE, OWN_CARD, "18.00");
    private static final JsonObject LARGE = refund("pay-3005", OWN_CARD, "480.00");

    private static final Step REFUND = new Step(
            "refund the duplicate charge of 18.00",
            "billing.refund",
            SMALL,
            "refund-duplicate",
            Expected.allowedBy("refund a duplicate charge up to 50"));

    static final List<Step> STEPS = List.of(
            new Step(
                    "search tickets",
                    "billing.search_tickets",
                    JsonObject.builder().put("text", "still charged").build(),
                    "search",
                    Expected.allowedBy(READ)),
            new Step(
                    "payment history",
                    "billing.list_payments",
                    JsonObject.builder().put("customer", CUSTOMER).build(),
                    "payments",
                    Expected.allowedBy(READ)),
            new Step(
                    "compare invoices",
                    "billing.compare_invoices",
                    JsonObject.builder()
                            .put("first", "inv-5001")
                            .put("second", "inv-5002")
                            .build(),
                    "invoices",
                    Expected.allowedBy(READ)),
            new Step(
                    "refund to a stranger's card",
                    "billing.refund",
                    refund(DUPLICATE, STRANGERS_CARD, "18.00"),
                    "refund-card",
                    Expected.deniedBy("refund only to cards the customer has paid with")),
            REFUND,
            new Step(
                    "refund the other charge as well",
                    "billing.refund",
                    refund(CHARGE, OWN_CARD, "18.00"),
                    "refund-other",
                    Expected.deniedBy("refund only charges seen as duplicate")),
            new Step(
                    "export all customers",
                    "billing.export_customers",
                    JsonObject.empty(),
                    "export",
                    Expected.deniedBy("never export all customers")),
            new Step(
                    "refund of 'eighteen'",
                    "billing.refund",
                    JsonObject.builder()
                            .put("customer", CUSTOMER)
                            .put("payment", DUPLICATE)
                            .put("card", OWN_CARD)
                            .put("amount", "eighteen")
                            .put("reason", "charged twice")
                            .build(),
                    "refund-malformed",
                    Expected.malformed()),
            REFUND.titled("the same refund with the same key"));

    /** Calls that wait for finance: it approves the first, refuses the second, and does not answer about the third. */
    static final List<Escalation> ESCALATIONS = List.of(
            new Escalation(
                    new Step(
                            "refund the duplicate charge of 480.00",
                            "billing.refund",
                            LARGE,
                            "refund-large",
                            Expected.waitingBecauseOf(FINANCE)),
                    Reply.approving("The card network confirms that it took the 480.00 twice."),
                    "finance approves the 480.00",
                    Expected.allowedBy(FINANCE)),
            new Escalation(
                    new Step(
                            "refund the duplicate charge of 260.00",
                            "billing.refund",
                            refund("pay-3007", OWN_CARD, "260.00"),
                            "refund-workshop",
                            Expected.waitingBecauseOf(FINANCE)),
                    Reply.refusing("It looks like a duplicate, but the customer had two workshops."),
                    "finance refuses the 260.00",
                    Expected.notApproved(FINANCE, "refused")),
            new Escalation(
                    new Step(
                            "refund the duplicate charge of 1,200.00",
                            "billing.refund",
                            refund("pay-3009", OWN_CARD, "1200.00"),
                            "refund-hurry",
                            Expected.waitingBecauseOf(HURRY)),
                    Reply.none(),
                    "nobody answers about the 1,200.00",
                    Expected.notApproved(HURRY, "expired")));

    /** What the billing service must have been asked in the end, by operation. */
    static final Map<String, Integer> REQUESTS =
            Map.of("search_tickets", 1, "list_payments", 1, "compare_invoices", 1, "refund", 2);

    private Scenario() {}

    /** Whether the books hold the refund that was due and the one that was approved, and no other. */
    static boolean areRight(BillingBooks books) {
        List<JsonObject> refunds = books.refunds();
        return refunds.size() == 2 && contains(refunds.get(0), SMALL) && contains(refunds.get(1), LARGE);
    }

    private static boolean contains(JsonObject row, JsonObject wanted) {
        return row.members().entrySet().containsAll(wanted.members().entrySet());
    }

    private static JsonObject refund(String payment, String card, String amount) {
        return JsonObject.builder()
                .put("customer", CUSTOMER)
                .put("payment", payment)
                .put("card", card)
                .put("amount", new JsonNumber(new BigDecimal(amount)))
                .put("reason", "charged twice")
                .build();
    }
}
