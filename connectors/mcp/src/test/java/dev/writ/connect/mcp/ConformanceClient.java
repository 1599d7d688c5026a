package dev.writ.connect.mcp;

import dev.writ.connect.Dialogue;
import dev.writ.connect.ToolResult;
import dev.writ.connect.testkit.Permits;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What MCP's conformance suite starts as a client: registers the server whose URL is the last argument, approves what it lists, and
 * calls each tool as the gateway would. Arguments without a URL are the command of a program. Started by hand.
 */
final class ConformanceClient {

    private static final Duration AMPLE = Duration.ofSeconds(20);

    private ConformanceClient() {}

    public static void main(String[] arguments) {
        String last = arguments[arguments.length - 1];
        Endpoint endpoint = last.startsWith("http")
                ? OpenMcp.http(URI.create(last))
                : new Endpoint.Command(List.of(arguments), Path.of("").toAbsolutePath(), Map.of(), Map.of());
        Vertx vertx = Vertx.vertx();
        try {
            McpConnectorSettings settings =
                    McpConnectorSettings.of("peer", endpoint).relay(Relay.ALL).build();
            McpListing listing = Discovery.discover(settings, vertx).await().atMost(AMPLE);
            System.out.println("listed " + listing);
            McpConnector.open(settings, listing, OpenMcp.SCHEMAS, Listener.NONE, vertx, InstantSource.system())
                    .<Optional<McpConnector>>fold(
                            opened -> {
                                opened.skipped().forEach(System.out::println);
                                return Optional.of(opened.connector());
                            },
                            refused -> {
                                System.out.println("nothing to call " + refused.problems());
                                return Optional.empty();
                            })
                    .ifPresent(connector -> {
                        calls(connector).forEach(call -> run(connector, call));
                        connector.close();
                    });
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private record Call(ToolDefinition tool, JsonObject arguments) {}

    /** Those that the suite asks for, or else each tool once. */
    private static List<Call> calls(McpConnector connector) {
        Optional<JsonArray> asked = Optional.ofNullable(System.getenv("MCP_CONFORMANCE_CONTEXT"))
                .filter(context -> !context.isBlank())
                .flatMap(context -> ((JsonObject) JsonValue.parse(context)).array("toolCalls"));
        if (asked.isPresent()) {
            return asked.get().items().stream()
                    .map(JsonObject.class::cast)
                    .flatMap(call -> published(connector, call.text("name").orElse(""))
                            .map(tool -> new Call(tool, call.object("arguments").orElse(JsonObject.empty()))))
                    .toList();
        }
        Stream<Call> resources = connector.tools().stream()
                .filter(tool -> tool.name().value().endsWith(".mcp.resources.read"))
                .flatMap(tool ->
                        connector.resources().await().atMost(AMPLE).array("resources").orElseThrow().items().stream()
                                .map(resource -> new Call(
                                        tool,
                                        JsonObject.builder()
                                                .put("uri", ((JsonObject) resource).text("uri"))
                                                .build())));
        Stream<Call> others = connector.tools().stream()
                .filter(tool -> tool.published().isPresent())
                .map(tool -> new Call(tool, sample(tool, connector)));
        return Stream.concat(others, resources).toList();
    }

    private static Stream<ToolDefinition> published(McpConnector connector, String name) {
        return connector.tools().stream()
                .filter(tool -> tool.published()
                        .flatMap(published -> published.text("name"))
                        .filter(name::equals)
                        .isPresent());
    }

    private static JsonObject sample(ToolDefinition tool, McpConnector connector) {
        JsonObject.Builder sample = JsonObject.builder();
        tool.inputSchema()
                .object("properties")
                .orElse(JsonObject.empty())
                .members()
                .forEach((name, property) -> {
                    String type = ((JsonObject) property).text("type").orElse("");
                    switch (type) {
                        case "number", "integer" -> sample.put(name, 2);
                        case "boolean" -> sample.put(name, true);
                        case "string" -> sample.put(name, "text");
                        // That of another tool, as it was published: the suite looks at what is left of it.
                        case "object" ->
                            connector.tools().stream()
                                    .filter(other -> !other.equals(tool))
                                    .flatMap(other -> other.published().stream())
                                    .flatMap(published -> published.get("inputSchema").stream())
                                    .findFirst()
                                    .ifPresent(schema -> sample.put(name, schema));
                        default -> {
                            // Optional, it is hoped.
                        }
                    }
                });
        return sample.build();
    }

    /** Once, and again for as long as the server asks for input. */
    private static void run(McpConnector connector, Call call) {
        JsonObject extra = JsonObject.empty();
        for (int round = 0; round < 5; round++) {
            ToolResult result = connector
                    .invoke(
                            Permits.of(
                                    call.tool(), call.arguments(), Instant.now().plus(AMPLE)),
                            new Caller(extra))
                    .await()
                    .atMost(AMPLE.plusSeconds(5));
            String text = result.fold(
                    succeeded -> succeeded.value().toJson(),
                    failed -> failed.reason()
                            + failed.value().map(JsonValue::toJson).orElse(""),
                    unknown -> unknown.reason());
            System.out.println(call.tool().name() + ": " + result + " " + text);
            Optional<JsonObject> asked = result.<Optional<JsonValue>>fold(
                            succeeded -> Optional.empty(), ToolResult.Failed::value, unknown -> Optional.empty())
                    .filter(JsonObject.class::isInstance)
                    .map(JsonObject.class::cast)
                    .filter(value -> value.text("resultType")
                            .filter("input_required"::equals)
                            .isPresent());
            if (asked.isEmpty()) {
                return;
            }
            extra = answers(asked.get());
        }
    }

    private static JsonObject answers(JsonObject asked) {
        Map<String, JsonValue> responses = new LinkedHashMap<>();
        asked.object("inputRequests")
                .orElse(JsonObject.empty())
                .members()
                .forEach((key, request) -> responses.put(
                        key,
                        Caller.answer(
                                ((JsonObject) request).text("method").orElse(""),
                                ((JsonObject) request).object("params").orElse(JsonObject.empty()))));
        JsonObject.Builder extra = JsonObject.builder();
        if (!responses.isEmpty()) {
            extra.put("inputResponses", new JsonObject(responses));
        }
        return extra.put("requestState", asked.text("requestState")).build();
    }

    /** Says yes to everything, with the defaults of the form. */
    private record Caller(JsonObject extra) implements Dialogue {
        @Override
        public boolean isListening() {
            return true;
        }

        @Override
        public JsonObject capabilities() {
            return Relay.ALL.forAllCallers();
        }

        @Override
        public Uni<JsonValue> ask(String method, JsonObject params) {
            return Uni.createFrom().item(answer(method, params));
        }

        private static JsonValue answer(String method, JsonObject params) {
            Map<String, JsonValue> content = new LinkedHashMap<>();
            params.object("requestedSchema")
                    .flatMap(schema -> schema.object("properties"))
                    .orElse(JsonObject.empty())
                    .members()
                    .forEach((name, property) ->
                            ((JsonObject) property).get("default").ifPresent(value -> content.put(name, value)));
            return switch (method) {
                case "elicitation/create" ->
                    JsonObject.builder()
                            .put("action", "accept")
                            .put("content", new JsonObject(content))
                            .build();
                case "roots/list" ->
                    JsonObject.builder().put("roots", new JsonArray(List.of())).build();
                default ->
                    JsonValue.parse(
                            "{\"role\":\"assistant\",\"model\":\"none\",\"content\":{\"type\":\"text\",\"text\":\"yes\"}}");
            };
        }
    }
}
