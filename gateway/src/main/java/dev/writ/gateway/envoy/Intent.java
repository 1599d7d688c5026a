package dev.writ.gateway.envoy;

import com.google.protobuf.ByteString;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolName;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What a request means to do, in the catalogue's terms. */
sealed interface Intent {

    /**
     * It calls that tool.
     *
     * @param own as it is called in the request
     */
    record Call(String tool, String own, JsonObject arguments) implements Intent {

        private static Call of(String connector, String own, JsonObject arguments) {
            return new Call(ToolName.text(connector, own), own, arguments);
        }

        @Override
        public <R> R fold(Function<Call, R> call, Function<Talk, R> talk) {
            return call.apply(this);
        }

        @Override
        public String toString() {
            return "Call[" + tool + "]";
        }
    }

    /** It does nothing that would be decided on: it says hello, asks for lists, ends. */
    record Talk() implements Intent {
        @Override
        public <R> R fold(Function<Call, R> call, Function<Talk, R> talk) {
            return talk.apply(this);
        }
    }

    <R> R fold(Function<Call, R> call, Function<Talk, R> talk);

    /** Names the connector whose tools the route leads to. */
    String CONNECTOR = "writ-connector";

    /** {@code mcp}, or {@code http}, which it is if nothing is said. */
    String PROTOCOL = "writ-protocol";

    /** Methods of MCP that do nothing and show nothing but what there is. */
    Set<String> TALK = Set.of(
            "initialize",
            "ping",
            "server/discover",
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list",
            "notifications/initialized",
            "notifications/cancelled",
            "notifications/progress",
            "notifications/roots/list_changed");

    /**
     * What is somewhere in a path that servers read in different ways: steps to other folders, characters that no URI has, parameters of a
     * step; and escapes of what needs none (RFC 3986 6.2.2.2), of separators and controls, of escapes, of no UTF-8, and of nothing.
     */
    Pattern AMBIGUOUS =
            Pattern.compile("(?:^|/)\\.{1,2}(?:/|\\z)|//|[^\\x21-\\x7e]|[\\\\#;]|%(?i:(?![0-9a-f]{2})|[01][0-9a-f]"
                    + "|2[def]|3[0-9b]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef]|c[01]|f[5-9a-f]|25[0-9a-f]{2})");

    /** What a call of 2026 brings along to go on after a question. No rule sees it, so nobody decides on it. */
    Set<String> ANSWERING = Set.of("inputResponses", "requestState");

    /** What is not called by a tool's name has names that begin so inside. */
    String OTHERS = "mcp.";

    /**
     * What that request means to do; a {@code Problem} if nobody can tell.
     *
     * @param seen names of headers that rules see
     * @param limits of a body that is read
     */
    static Intent of(CheckRequest request, Set<String> seen, JsonLimits limits) {
        String connector = Optional.ofNullable(request.extensions().get(CONNECTOR))
                .filter(name -> !name.isEmpty() && !name.contains("."))
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND,
                        "The route does not say which tools it leads to. Have the Envoy's operator set '" + CONNECTOR
                                + "' in its context_extensions."));
        return switch (request.extensions().getOrDefault(PROTOCOL, "http")) {
            case "mcp" -> ofMcp(connector, request, limits);
            case "http" -> Call.of(connector, "request", arguments(request, seen));
            default ->
                throw new Problem(
                        ProblemType.NOT_FOUND,
                        "The route's '" + PROTOCOL + "' is neither mcp nor http. Tell the Envoy's operator.");
        };
    }

    private static Intent ofMcp(String connector, CheckRequest request, JsonLimits limits) {
        if (request.method().equals("GET") || request.method().equals("DELETE")) {
            // A stream of what the server has to say, and the end of a session: MCP has no call in either.
            if (request.body().isEmpty()) {
                return new Talk();
            }
            throw malformed("There is a body where MCP has none.");
        }
        JsonObject message = message(request, limits);
        String method = message.text("method").orElse("");
        if (TALK.contains(method)) {
            return new Talk();
        }
        JsonObject params = message.object("params").orElse(JsonObject.empty());
        if (params.members().keySet().stream().anyMatch(ANSWERING::contains)) {
            throw malformed("Answers to what a server asks are not passed on here, nor is 'requestState'.");
        }
        return switch (method) {
            case "tools/call" ->
                Call.of(connector, tool(params), params.object("arguments").orElseGet(() -> {
                    if (params.get("arguments").isPresent()) {
                        throw malformed("'arguments' is no object.");
                    }
                    return JsonObject.empty();
                }));
            case "resources/read", "resources/subscribe" ->
                Call.of(
                        connector,
                        OTHERS + method.replace('/', '.'),
                        JsonObject.builder().put("uri", text(params, "uri")).build());
            case "prompts/get" ->
                Call.of(
                        connector,
                        OTHERS + "prompt." + text(params, "name"),
                        params.object("arguments").orElse(JsonObject.empty()));
            default ->
                throw new Problem(
                        ProblemType.NOT_FOUND, "This method of MCP is not passed on here, since nobody decides on it.");
        };
    }

    private static JsonObject message(CheckRequest request, JsonLimits limits) {
        JsonValue value = body(request, limits);
        if (value instanceof JsonArray) {
            throw malformed("Send one message at a time.");
        }
        if (!(value instanceof JsonObject message)) {
            throw malformed("That is no message of MCP.");
        }
        // An answer to what the server asked says something to it, and nobody decides on it.
        if (message.text("method").isEmpty()) {
            throw malformed("Answers to what a server asks are not passed on here.");
        }
        return message;
    }

    private static JsonValue body(CheckRequest request, JsonLimits limits) {
        ByteString body = request.body();
        if (request.isPartial()) {
            throw new Problem(
                    ProblemType.TOO_LARGE,
                    "Only a part of the body reached Writ. Send a smaller one, or have the Envoy's operator raise"
                            + " max_request_bytes.");
        }
        if (body.isEmpty()) {
            throw malformed("The body did not reach Writ. Have the Envoy's operator set with_request_body.");
        }
        if (request.header("content-encoding")
                .filter(coding -> !coding.equals("identity"))
                .isPresent()) {
            throw malformed("The body is compressed. Send it as it is.");
        }
        return JsonValue.parse(body.toByteArray(), limits);
    }

    private static JsonObject arguments(CheckRequest request, Set<String> seen) {
        String target = request.path();
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        if (!path.startsWith("/") || AMBIGUOUS.matcher(path).find()) {
            throw malformed(
                    "The path can be read in more than one way. Write it without '.' or '..' as a step, '//', ';', backslashes, and"
                            + " escapes of letters, digits and separators.");
        }
        Map<String, JsonValue> headers = new TreeMap<>();
        request.headers().forEach((name, value) -> {
            if (seen.contains(name)) {
                headers.put(name, new JsonString(value));
            }
        });
        JsonObject.Builder arguments = JsonObject.builder()
                .put("method", request.method())
                .put("scheme", request.scheme())
                .put("host", request.host().toLowerCase(Locale.ROOT))
                .put("path", path);
        if (mark >= 0) {
            arguments.put("query", target.substring(mark + 1));
        }
        if (!headers.isEmpty()) {
            arguments.put("headers", new JsonObject(headers));
        }
        return arguments.build();
    }

    private static String tool(JsonObject params) {
        String name = text(params, "name");
        if (name.startsWith(OTHERS)) {
            throw new Problem(
                    ProblemType.NOT_FOUND, "Names of tools that begin with '" + OTHERS + "' are not passed on here.");
        }
        return name;
    }

    private static String text(JsonObject params, String member) {
        return params.text(member).orElseThrow(() -> malformed("'params." + member + "' is missing."));
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail + " Nothing was passed on.");
    }
}
