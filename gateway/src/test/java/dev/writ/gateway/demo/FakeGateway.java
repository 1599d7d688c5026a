package dev.writ.gateway.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Answers as a gateway would that decides the scenario rightly, apart from the faults it is given. */
final class FakeGateway implements AutoCloseable {

    enum Fault {
        /** Says no, and carries the call out all the same. */
        EXECUTES_WHAT_IT_DENIES,
        /** Carries a call out again when its key is repeated. */
        FORGETS_KEYS,
        /** Says that an allowed call succeeded, and never sends it. */
        EXECUTES_NOTHING,
        ALLOWS_EVERYTHING,
        /** Carries out what it escalates without waiting for anybody. */
        DOES_NOT_WAIT,
        /** Takes every reply for an approval. */
        IGNORES_REFUSALS,
        /** Keeps calls open that nobody answered about. */
        NEVER_EXPIRES,
        REFUSES_CONNECTORS
    }

    private static final Map<String, String> RULES = Map.of(
            "billing.export_customers", "never export all customers",
            "card-7101", "refund only to cards the customer has paid with",
            "pay-3002", "refund only charges seen as duplicate");

    private static final String FINANCE = "refund over 50 needs finance";
    private static final String HURRY = "refund over 1000 needs finance within seconds";

    private final HttpServer server;
    private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Answer> answered = new HashMap<>();
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private final List<String> paths = new ArrayList<>();
    private JsonObject connector = JsonObject.empty();

    FakeGateway(Fault... faults) throws IOException {
        this.faults.addAll(List.of(faults));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** The paths that were asked for, in order. */
    List<String> paths() {
        return List.copyOf(paths);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            paths.add(path);
            Answer answer = sent.isEmpty() ? found(path) : answer(path, (JsonObject) JsonValue.parse(sent));
            byte[] bytes = answer.body().toBytes();
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer found(String path) {
        if (path.equals("/v1/approvals")) {
            List<JsonValue> items = waiting.keySet().stream()
                    .<JsonValue>map(id -> JsonObject.builder().put("id", id).build())
                    .toList();
            return Answer.ok(
                    JsonObject.builder().put("items", new JsonArray(items)).build());
        }
        String id = path.substring(path.lastIndexOf('/') + 1);
        if (path.startsWith("/v1/approvals/")) {
            return Answer.ok(
                    JsonObject.builder().put("viewDigest", "view-of-" + id).build());
        }
        return Optional.ofNullable(waiting.get(id))
                .map(this::end)
                .orElseGet(() -> Answer.problem(404, "There is no call of yours with this id."));
    }

    private Answer end(Waiting call) {
        String status =
                call.status().equals("escalated") && !faults.contains(Fault.NEVER_EXPIRES) ? "expired" : call.status();
        JsonObject decision = JsonObject.builder()
                .put("effect", status.equals("succeeded") ? "allow" : "escalate")
                .put("rule", call.rule())
                .put("index", 9)
                .build();
        return Answer.ok(JsonObject.builder()
                .put("id", call.id())
                .put("status", status)
                .put("decision", decision)
                .build());
    }

    /** Finance's reply. */
    private Answer replied(String id, boolean approves, JsonObject body) {
        Waiting call = waiting.getOrDefault(id, Waiting.NONE);
        if (!approves && !faults.contains(Fault.IGNORES_REFUSALS)) {
            waiting.put(id, call.as("refused"));
            return Answer.ok(JsonObject.empty());
        }
        if (approves && !body.text("view").equals(Optional.of("view-of-" + id))) {
            return Answer.problem(409, "This is not what is asked.");
        }
        execute("billing.refund", call.arguments());
        waiting.put(id, call.as("succeeded"));
        return Answer.ok(JsonObject.empty());
    }

    private Answer answer(String path, JsonObject body) {
        if (path.startsWith("/v1/approvals/")) {
            return replied(path.split("/", -1)[3], path.endsWith("/approve"), body);
        }
        if (path.equals("/v1/tool-calls")) {
            String key = body.text("key").orElseThrow();
            if (!answered.containsKey(key) || faults.contains(Fault.FORGETS_KEYS)) {
                answered.put(key, toolCall(body));
            }
            return answered.getOrDefault(key, Answer.problem(500, "lost"));
        }
        if (path.equals("/v1/connectors")) {
            connector = body;
            return faults.contains(Fault.REFUSES_CONNECTORS)
                    ? Answer.problem(422, "The document is not one.")
                    : new Answer(201, JsonObject.empty());
        }
        JsonObject made = JsonObject.builder()
                .put("id", "ses-1")
                .put("key", "writ_1_secret")
                .put("digest", "sha256:00")
                .build();
        return new Answer(path.endsWith("/activate") ? 200 : 201, made);
    }

    private Answer toolCall(JsonObject submission) {
        String tool = submission.text("tool").orElseThrow();
        JsonObject arguments = submission.object("arguments").orElseThrow();
        if (arguments.text("amount").isPresent()) {
            return Answer.problem(400, "The argument 'amount' must be a number.");
        }
        String denial = RULES.getOrDefault(
                tool,
                RULES.getOrDefault(
                        arguments.text("card").orElse(""),
                        RULES.getOrDefault(arguments.text("payment").orElse(""), "")));
        JsonObject.Builder answer = JsonObject.builder().put("index", 7);
        if (!denial.isEmpty() && !faults.contains(Fault.ALLOWS_EVERYTHING)) {
            if (faults.contains(Fault.EXECUTES_WHAT_IT_DENIES)) {
                execute(tool, arguments);
            }
            return new Answer(
                    403,
                    answer.put("callId", "call")
                            .put("effect", "deny")
                            .put("rule", denial)
                            .build());
        }
        BigDecimal amount = arguments.number("amount").orElse(BigDecimal.ZERO);
        if (amount.intValue() > 50) {
            return escalated(arguments, amount.intValue() > 1000 ? HURRY : FINANCE);
        }
        JsonObject decision = answer.put("effect", "allow")
                .put(
                        "rule",
                        tool.equals("billing.refund")
                                ? "refund a duplicate charge up to 50"
                                : "read tickets, payments and invoices")
                .build();
        JsonObject.Builder done = JsonObject.builder()
                .put("id", "call")
                .put("status", "succeeded")
                .put("decision", decision);
        if (!faults.contains(Fault.EXECUTES_NOTHING)) {
            done.put("result", execute(tool, arguments));
        }
        return Answer.ok(done.build());
    }

    private Answer escalated(JsonObject arguments, String rule) {
        Waiting call = new Waiting("wait-" + waiting.size(), arguments, rule, "escalated");
        waiting.put(call.id(), call);
        if (faults.contains(Fault.DOES_NOT_WAIT)) {
            execute("billing.refund", arguments);
        }
        JsonObject decision = JsonObject.builder()
                .put("effect", "escalate")
                .put("rule", rule)
                .put("index", 8)
                .build();
        return new Answer(
                202,
                JsonObject.builder()
                        .put("id", call.id())
                        .put("status", call.status())
                        .put("decision", decision)
                        .build());
    }

    private JsonValue execute(String tool, JsonObject arguments) {
        String customer = arguments.text("customer").orElse("");
        return switch (tool) {
            case "billing.search_tickets" -> send("GET", "/tickets?text=x", arguments);
            case "billing.list_payments" -> send("GET", "/customers/" + customer + "/payments", arguments);
            case "billing.compare_invoices" -> send("GET", "/invoices/inv-5001/differences/inv-5002", arguments);
            case "billing.export_customers" -> send("GET", "/customers", arguments);
            default -> send("POST", "/customers/" + customer + "/refunds", arguments);
        };
    }

    private JsonValue send(String method, String path, JsonObject body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(connector.text("baseUrl").orElseThrow() + path))
                .header(
                        "Authorization",
                        connector
                                .object("credential")
                                .flatMap(it -> it.text("value"))
                                .orElseThrow())
                .method(method, BodyPublishers.ofString(body.toJson()))
                .build();
        try {
            return JsonValue.parse(http.send(request, BodyHandlers.ofString()).body());
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** A call that waits for finance, or has. */
    private record Waiting(String id, JsonObject arguments, String rule, String status) {

        static final Waiting NONE = new Waiting("", JsonObject.empty(), "", "");

        Waiting as(String other) {
            return new Waiting(id, arguments, rule, other);
        }
    }
}
