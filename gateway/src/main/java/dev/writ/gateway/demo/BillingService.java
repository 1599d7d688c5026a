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
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
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
 * only the gateway's connector holds. {@code demo/billing-openapi.yaml} describes it; everybody may read that at {@link #document}.
 */
public final class BillingService implements AutoCloseable {

    static final String DOCUMENT = DemoFile.text("demo/billing-openapi.yaml");

    private static final JsonLimits LIMITS = new JsonLimits(64 * 1024, 16);
    private static final String DOCUMENT_PATH = "/openapi.yaml";

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

    /**
     * Serves the sample books on the loopback interface until it is closed.
     *
     * @param port 0 for a free one
     * @param credential the bearer token that it asks for
     */
    public static BillingService start(int port, String credential) throws IOException {
        return start(BillingBooks.sample(InstantSource.system()), port, credential);
    }

    static BillingService start(BillingBooks books, String credential) throws IOException {
        return start(books, 0, credential);
    }

    private static BillingService start(BillingBooks books, int port, String credential) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        BillingService service = new BillingService(books, credential, server);
        server.setExecutor(service.threads);
        server.createContext("/", service::handle);
        server.start();
        return service;
    }

    /** A bearer token that nobody has guessed. */
    public static String mintCredential() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    public URI uri() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    /** Where its OpenAPI document is. */
    public URI document() {
        return uri().resolve(DOCUMENT_PATH);
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
            Request request = new Request(exchange);
            if (request.line().equals("GET " + DOCUMENT_PATH)) {
                send(exchange, 200, "application/yaml", DOCUMENT.getBytes(StandardCharsets.UTF_8));
                return;
            }
            Answer answer = answer(request);
            String type = answer.isProblem() ? "application/problem+json" : "application/json";
            send(exchange, answer.status(), type, answer.body().toBytes());
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
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
