package dev.writ.gateway.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A small billing service: a separate HTTP server on the loopback interface, with a state of its own and a credential that
 * only the gateway's connector holds. {@code demo/billing-openapi.yaml} describes it.
 */
final class BillingService implements AutoCloseable {

    private static final JsonLimits LIMITS = new JsonLimits(64 * 1024, 16);

    private final BillingBooks books;
    private final byte[] authorization;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "billing");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Integer> requests = new ConcurrentHashMap<>();
    private final List<Route> routes;

    private BillingService(BillingBooks books, String credential, HttpServer server) {
        this.books = books;
        this.authorization = ("Bearer " + credential).getBytes(StandardCharsets.UTF_8);
        this.server = server;
        this.routes = List.of(
                new Route(
                        "search_tickets",
                        "GET /tickets",
                        (path, request) ->
                                books.searchTickets(request.query("text").orElse(""), request.query("customer"))),
                new Route("export_customers", "GET /customers", (path, request) -> books.customers()),
                new Route("get_customer", "GET /customers/([^/]+)", (path, request) -> books.customer(path.group(1))),
                new Route(
                        "list_payments",
                        "GET /customers/([^/]+)/payments",
                        (path, request) -> books.payments(path.group(1))),
                new Route(
                        "refund",
                        "POST /customers/([^/]+)/refunds",
                        (path, request) -> books.refund(path.group(1), request.body(), request.idempotencyKey())),
                new Route("get_invoice", "GET /invoices/([^/]+)", (path, request) -> books.invoice(path.group(1))),
                new Route(
                        "compare_invoices",
                        "GET /invoices/([^/]+)/differences/([^/]+)",
                        (path, request) -> books.compareInvoices(path.group(1), path.group(2))));
    }

    /** Serves those books on a free port of the loopback interface until it is closed. */
    static BillingService start(BillingBooks books, String credential) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        BillingService service = new BillingService(books, credential, server);
        server.setExecutor(service.threads);
        server.createContext("/", service::handle);
        server.start();
        return service;
    }

    URI uri() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    BillingBooks books() {
        return books;
    }

    /** The ids of the operations it serves. */
    Set<String> operations() {
        return routes.stream().map(Route::operation).collect(Collectors.toUnmodifiableSet());
    }

    /** How many requests arrived, with the right credential, for each operation. */
    Map<String, Integer> requests() {
        return Map.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(new Request(exchange));
            byte[] bytes = answer.body().toBytes();
            exchange.getResponseHeaders()
                    .set("Content-Type", answer.isProblem() ? "application/problem+json" : "application/json");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer answer(Request request) {
        if (!MessageDigest.isEqual(authorization, request.authorization())) {
            return Answer.problem(401, "the credential is missing or wrong");
        }
        for (Route route : routes) {
            Matcher path = route.pattern().matcher(request.line());
            if (path.matches()) {
                requests.merge(route.operation(), 1, Integer::sum);
                return route.answer(path, request);
            }
        }
        return Answer.problem(404, "there is no such operation");
    }

    /** One operation of the OpenAPI document. */
    private record Route(String operation, Pattern pattern, BiFunction<Matcher, Request, Answer> action) {

        Route(String operation, String line, BiFunction<Matcher, Request, Answer> action) {
            this(operation, Pattern.compile(line), action);
        }

        Answer answer(Matcher path, Request request) {
            try {
                return action.apply(path, request);
            } catch (JsonException malformed) {
                return Answer.problem(400, "the body is not one JSON text");
            }
        }
    }

    private record Request(HttpExchange exchange) {

        /** Method and path, for example {@code GET /tickets}. */
        String line() {
            return exchange.getRequestMethod() + ' ' + exchange.getRequestURI().getPath();
        }

        byte[] authorization() {
            return header("Authorization").orElse("").getBytes(StandardCharsets.UTF_8);
        }

        Optional<String> idempotencyKey() {
            return header("Idempotency-Key");
        }

        Optional<String> query(String name) {
            String query = exchange.getRequestURI().getRawQuery();
            return query == null
                    ? Optional.empty()
                    : Pattern.compile("&")
                            .splitAsStream(query)
                            .filter(pair -> pair.startsWith(name + '='))
                            .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                            .findFirst();
        }

        JsonObject body() {
            try {
                byte[] text = exchange.getRequestBody().readNBytes(LIMITS.maxBytes() + 1);
                return JsonValue.parse(text, LIMITS) instanceof JsonObject object ? object : JsonObject.empty();
            } catch (IOException brokenConnection) {
                throw new UncheckedIOException(brokenConnection);
            }
        }

        private Optional<String> header(String name) {
            return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
        }
    }
}
