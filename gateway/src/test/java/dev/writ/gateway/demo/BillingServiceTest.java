package dev.writ.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class BillingServiceTest {

    private static final String CREDENTIAL = "only-the-connector-knows";
    private static final Instant NOW = Instant.parse("2026-06-05T12:00:00Z");

    private final HttpClient client = HttpClient.newHttpClient();
    private BillingService billing;

    @BeforeEach
    void start() throws IOException {
        billing = BillingService.start(BillingBooks.sample(InstantSource.fixed(NOW)), CREDENTIAL);
    }

    @AfterEach
    void stop() {
        billing.close();
    }

    @Test
    void refusesAndDoesNotCountARequestWithoutTheCredential() throws Exception {
        HttpResponse<String> answer =
                client.send(request("/customers", "guessed").build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("example.com");
        assertThat(billing.requests()).isEmpty();
    }

    @Test
    void showsItsOpenApiDocumentToEverybody() throws Exception {
        HttpResponse<String> answer =
                client.send(HttpRequest.newBuilder(billing.document()).build(), BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo(BillingService.DOCUMENT);
    }

    @Test
    void chargedTwiceWhatTheScenarioAsksFinanceAbout() throws Exception {
        for (Escalation escalation : Scenario.ESCALATIONS) {
            JsonObject refund = escalation.step().arguments();
            refund(
                    "cus-1001",
                    refund.text("payment").orElseThrow(),
                    refund.number("amount").orElseThrow().toPlainString(),
                    201);
        }
    }

    @Test
    void findsTheTicketByItsWords() throws Exception {
        JsonObject answer = get("/tickets?text=failed+TWICE", 200);

        assertThat(ids(answer, "tickets")).containsExactly("tic-8001");
    }

    @Test
    void keepsTheTicketSearchToOneCustomer() throws Exception {
        assertThat(ids(get("/tickets?text=e&customer=cus-1002", 200), "tickets"))
                .containsExactly("tic-8002");
    }

    @Test
    void listsTheFailedAttemptsThatWereCapturedAndMarksTheDuplicate() throws Exception {
        JsonObject answer = get("/customers/cus-1001/payments", 200);

        assertThat(ids(answer, "payments")).startsWith("pay-3000", "pay-3001", "pay-3002", "pay-3003");
        assertThat(answer.array("payments").orElseThrow().items().get(3))
                .isInstanceOfSatisfying(JsonObject.class, twin -> {
                    assertThat(twin.text("duplicateOf")).contains("pay-3002");
                    assertThat(twin.text("status")).contains("captured");
                    assertThat(twin.text("shownToCustomer")).contains("failed");
                });
    }

    @Test
    void namesTheFieldsInWhichInvoicesDiffer() throws Exception {
        JsonObject answer = get("/invoices/inv-5001/differences/inv-5002", 200);

        assertThat(answer.array("differences").orElseThrow().texts()).containsExactly("id", "period");
    }

    @Test
    void paysACapturedChargeBackOnce() throws Exception {
        assertThat(refund("cus-1001", "pay-3003", "18.00", 201).number("amount"))
                .contains(new BigDecimal("18"));
        assertThat(refund("cus-1001", "pay-3003", "18.00", 409).text("detail"))
                .contains("only 0 of this payment is left to pay back");
        assertThat(billing.books().refunds()).hasSize(1);
    }

    @Test
    void neverPaysBackMoreThanWasCharged() throws Exception {
        refund("cus-1001", "pay-3003", "10", 201);
        refund("cus-1001", "pay-3003", "8.01", 409);
        refund("cus-1001", "pay-3003", "8", 201);

        assertThat(billing.books().refunds()).hasSize(2);
    }

    @Test
    void paysNothingBackThatWasNeverCaptured() throws Exception {
        refund("cus-1001", "pay-3000", "18", 409);

        assertThat(billing.books().refunds()).isEmpty();
    }

    @Test
    void paysNothingBackOnAnotherCustomersPayment() throws Exception {
        refund("cus-1001", "pay-3102", "18", 404);

        assertThat(billing.books().refunds()).isEmpty();
    }

    @Test
    void answersARepeatedKeyWithTheFirstAnswer() throws Exception {
        JsonObject first = refund("cus-1001", "pay-3003", "18", "key-1", 201);
        JsonObject again = refund("cus-1001", "pay-3003", "18", "key-1", 201);

        assertThat(again).isEqualTo(first);
        assertThat(billing.books().refunds()).containsExactly(first);
        assertThat(billing.requests()).isEqualTo(Map.of("refund", 2));
    }

    @Test
    void refusesAKeyThatWasUsedForAnotherRefund() throws Exception {
        refund("cus-1001", "pay-3003", "10", "key-1", 201);
        refund("cus-1001", "pay-3003", "8", "key-1", 422);

        assertThat(billing.books().refunds()).hasSize(1);
    }

    @Test
    void refusesAmountsThatAreNotMoney() throws Exception {
        refund("cus-1001", "pay-3003", "0", 400);
        refund("cus-1001", "pay-3003", "-1", 400);
        refund("cus-1001", "pay-3003", "0.001", 400);

        assertThat(billing.books().refunds()).isEmpty();
    }

    @Test
    void refusesABodyThatIsNotJson() throws Exception {
        HttpRequest request = request("/customers/cus-1001/refunds", CREDENTIAL)
                .POST(BodyPublishers.ofString("{\"amount\":"))
                .build();

        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
    }

    @Test
    void answersWhatIsNotThereWith404() throws Exception {
        get("/customers/cus-9999", 404);
        get("/customers/cus-9999/payments", 404);
        get("/invoices/inv-9999", 404);
        get("/invoices/inv-5001/differences/inv-9999", 404);
        get("/admin", 404);
    }

    @Test
    void servesExactlyTheOperationsOfItsOpenApiDocument() throws Exception {
        for (Operation operation : document()) {
            String path = Pattern.compile("\\{[^}]+}").matcher(operation.path()).replaceAll("x");
            HttpRequest request = request(path, CREDENTIAL)
                    .method(operation.method(), BodyPublishers.ofString("{}"))
                    .build();
            client.send(request, BodyHandlers.ofString());

            assertThat(billing.requests()).containsEntry(operation.id(), 1);
        }
        assertThat(billing.requests().keySet()).isEqualTo(billing.operations());
    }

    private static List<Operation> document() {
        Map<String, Map<String, Map<String, Map<String, Object>>>> document =
                new Yaml().load(DemoFile.text("demo/billing-openapi.yaml"));
        return Objects.requireNonNull(document.get("paths")).entrySet().stream()
                .flatMap(path -> path.getValue().entrySet().stream()
                        .filter(member -> !member.getKey().equals("parameters"))
                        .map(method -> new Operation(
                                String.valueOf(method.getValue().get("operationId")),
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey())))
                .toList();
    }

    private JsonObject get(String path, int status) throws Exception {
        return send(request(path, CREDENTIAL), status);
    }

    private JsonObject refund(String customer, String payment, String amount, int status) throws Exception {
        return send(refundRequest(customer, payment, amount), status);
    }

    private JsonObject refund(String customer, String payment, String amount, String key, int status) throws Exception {
        return send(refundRequest(customer, payment, amount).header("Idempotency-Key", key), status);
    }

    private HttpRequest.Builder refundRequest(String customer, String payment, String amount) {
        String body = JsonObject.builder()
                .put("payment", payment)
                .put("card", "card-7002")
                .put("amount", new JsonNumber(new BigDecimal(amount)))
                .put("reason", "charged twice")
                .build()
                .toJson();
        return request("/customers/" + customer + "/refunds", CREDENTIAL).POST(BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String path, String credential) {
        return HttpRequest.newBuilder(URI.create(billing.uri() + path))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + credential);
    }

    private JsonObject send(HttpRequest.Builder request, int status) throws Exception {
        HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(status);
        return (JsonObject) JsonValue.parse(new String(answer.body(), StandardCharsets.UTF_8));
    }

    private static List<String> ids(JsonObject answer, String array) {
        return answer.array(array).orElseThrow().items().stream()
                .map(row -> ((JsonObject) row).text("id").orElseThrow())
                .toList();
    }

    private record Operation(String id, String method, String path) {}
}
