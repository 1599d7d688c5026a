package dev.writ.gateway.demo;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The billing service's own state, and the only rules it knows: no refund beyond the charge, none twice.
 *
 * <p>Like most such services it trusts whoever holds its credential. It pays to any card it is told and hands out every
 * customer, so what it must not do for an agent is for the gateway to prevent. Thread-safe; lost when the process ends.
 */
final class BillingBooks {

    private final List<JsonObject> customers;
    private final List<JsonObject> invoices;
    private final List<JsonObject> payments;
    private final List<JsonObject> tickets;
    private final InstantSource clock;

    private final List<JsonObject> refunds = new ArrayList<>();
    private final Map<String, Kept> answered = new HashMap<>();

    /** @param data holds the arrays {@code customers}, {@code invoices}, {@code payments} and {@code tickets}, as served */
    BillingBooks(JsonObject data, InstantSource clock) {
        this.customers = objects(data, "customers");
        this.invoices = objects(data, "invoices");
        this.payments = objects(data, "payments");
        this.tickets = objects(data, "tickets");
        this.clock = clock;
    }

    /** The customers, invoices, payments and tickets of {@code demo/billing-data.json}, and no refund yet. */
    static BillingBooks sample(InstantSource clock) {
        return new BillingBooks((JsonObject) JsonValue.parse(DemoFile.text("demo/billing-data.json")), clock);
    }

    Answer searchTickets(String words, Optional<String> customer) {
        String sought = words.toLowerCase(Locale.ROOT);
        return Answer.ok(list(
                "tickets",
                tickets,
                has("customer", customer)
                        .and(ticket -> (text(ticket, "subject") + '\n' + text(ticket, "message"))
                                .toLowerCase(Locale.ROOT)
                                .contains(sought))));
    }

    Answer customer(String id) {
        return one(customers, id).map(Answer::ok).orElseGet(() -> absent("customer"));
    }

    Answer customers() {
        return Answer.ok(list("customers", customers, any -> true));
    }

    Answer payments(String customer) {
        return one(customers, customer).isEmpty()
                ? absent("customer")
                : Answer.ok(list("payments", payments, has("customer", Optional.of(customer))));
    }

    Answer invoice(String id) {
        return one(invoices, id).map(Answer::ok).orElseGet(() -> absent("invoice"));
    }

    Answer compareInvoices(String first, String second) {
        Optional<JsonObject> left = one(invoices, first);
        Optional<JsonObject> right = one(invoices, second);
        if (left.isEmpty() || right.isEmpty()) {
            return absent("invoice");
        }
        TreeSet<String> fields = new TreeSet<>(left.get().members().keySet());
        fields.addAll(right.get().members().keySet());
        fields.removeIf(field -> left.get().get(field).equals(right.get().get(field)));
        return Answer.ok(JsonObject.builder()
                .put("first", left.get())
                .put("second", right.get())
                .put("differences", JsonArray.ofTexts(fields))
                .build());
    }

    /**
     * Pays money back.
     *
     * @param key repeats the first answer for as long as the service runs; with another request it is refused
     */
    synchronized Answer refund(String customer, JsonObject request, Optional<String> key) {
        if (key.isEmpty()) {
            return refundOnce(customer, request);
        }
        Kept kept = answered.get(key.get());
        if (kept == null) {
            Answer answer = refundOnce(customer, request);
            answered.put(key.get(), new Kept(customer, request, answer));
            return answer;
        }
        return kept.customer().equals(customer) && kept.request().equals(request)
                ? kept.answer()
                : Answer.problem(422, "this idempotency key was used for another refund");
    }

    private Answer refundOnce(String customer, JsonObject request) {
        Optional<BigDecimal> amount = request.number("amount");
        Optional<String> card = request.text("card");
        Optional<String> reason = request.text("reason");
        if (amount.isEmpty() || card.isEmpty() || reason.isEmpty()) {
            return Answer.problem(400, "a refund has a payment, a card, an amount and a reason");
        }
        if (amount.get().signum() <= 0 || amount.get().scale() > 2) {
            return Answer.problem(400, "the amount is more than zero, in whole cents");
        }
        Optional<JsonObject> payment = request.text("payment").flatMap(id -> one(payments, id));
        if (payment.isEmpty() || !text(payment.get(), "customer").equals(customer)) {
            return absent("payment of this customer");
        }
        if (!text(payment.get(), "status").equals("captured")) {
            return Answer.problem(409, "this payment was never captured; there is nothing to pay back");
        }
        BigDecimal left = number(payment.get(), "amount").subtract(refunded(text(payment.get(), "id")));
        if (amount.get().compareTo(left) > 0) {
            return Answer.problem(409, "only " + left.toPlainString() + " of this payment is left to pay back");
        }
        JsonObject refund = JsonObject.builder()
                .put("id", "ref-" + (9001 + refunds.size()))
                .put("customer", customer)
                .put("payment", text(payment.get(), "id"))
                .put("card", card.get())
                .put("amount", new JsonNumber(amount.get()))
                .put("currency", text(payment.get(), "currency"))
                .put("reason", reason.get())
                .put("at", clock.instant().toString())
                .build();
        refunds.add(refund);
        return new Answer(201, refund);
    }

    /** Every refund that was paid, oldest first. */
    synchronized List<JsonObject> refunds() {
        return List.copyOf(refunds);
    }

    private BigDecimal refunded(String payment) {
        return refunds.stream()
                .filter(has("payment", Optional.of(payment)))
                .map(refund -> number(refund, "amount"))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static Answer absent(String what) {
        return Answer.problem(404, "there is no such " + what);
    }

    private static Optional<JsonObject> one(List<JsonObject> rows, String id) {
        return rows.stream().filter(has("id", Optional.of(id))).findFirst();
    }

    private static Predicate<JsonObject> has(String field, Optional<String> value) {
        return row -> value.isEmpty() || row.text(field).equals(value);
    }

    private static JsonObject list(String name, Collection<JsonObject> rows, Predicate<JsonObject> wanted) {
        List<JsonValue> found =
                rows.stream().filter(wanted).<JsonValue>map(row -> row).toList();
        return JsonObject.builder().put(name, new JsonArray(found)).build();
    }

    private static List<JsonObject> objects(JsonObject data, String name) {
        return data.array(name).orElseThrow().items().stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static String text(JsonObject row, String field) {
        return row.text(field).orElseThrow();
    }

    private static BigDecimal number(JsonObject row, String field) {
        return row.number(field).orElseThrow();
    }

    /** The first answer to an idempotency key, and what it answered. */
    private record Kept(String customer, JsonObject request, Answer answer) {}
}
