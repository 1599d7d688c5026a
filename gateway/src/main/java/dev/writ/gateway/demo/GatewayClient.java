package dev.writ.gateway.demo;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Every request that the demo makes of the gateway: HTTP with one principal's key, as any other client would. */
final class GatewayClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI gateway;
    private final String key;

    GatewayClient(URI gateway, String key) {
        this.gateway = gateway;
        this.key = key;
    }

    /** Gives the key's secret form, which is shown this once. */
    String issueKey(String principal, List<String> roles, List<String> subjects) {
        JsonObject request = JsonObject.builder()
                .put("principal", principal)
                .put("roles", JsonArray.ofTexts(roles))
                .put("subjects", JsonArray.ofTexts(subjects))
                .build();
        return member(post("/v1/keys", request, 201), "key");
    }

    /** Gives the key's secret form; with it one may decide what is asked of that group. */
    String issueApproverKey(String principal, String group) {
        JsonObject request = JsonObject.builder()
                .put("principal", principal)
                .put("roles", JsonArray.ofTexts(List.of("approver")))
                .put("groups", JsonArray.ofTexts(List.of(group)))
                .build();
        return member(post("/v1/keys", request, 201), "key");
    }

    void registerAgent(String name, String owner, String description) {
        JsonObject request = JsonObject.builder()
                .put("name", name)
                .put("owner", owner)
                .put("description", description)
                .build();
        post("/v1/agents", request, 201);
    }

    /**
     * Puts an HTTP service that an OpenAPI document describes behind the gateway.
     *
     * @param credential the bearer token that the service expects; agents never see it
     * @param idempotent operations that heed an Idempotency-Key
     * @param extracts by tool: what later rules may know of its results, as JSON paths by name
     */
    void registerConnector(
            String name,
            URI service,
            String document,
            String credential,
            List<String> idempotent,
            Map<String, Map<String, String>> extracts) {
        JsonObject.Builder perTool = JsonObject.builder();
        extracts.forEach((tool, paths) -> perTool.put(tool, extracts(paths)));
        JsonObject request = JsonObject.builder()
                .put("name", name)
                .put("kind", "http")
                .put("baseUrl", service.toString())
                .put("document", document)
                .put(
                        "credential",
                        JsonObject.builder()
                                .put("header", "Authorization")
                                .put("value", "Bearer " + credential)
                                .build())
                .put("allowPrivateAddresses", true)
                .put("idempotent", JsonArray.ofTexts(idempotent))
                .put("extracts", perTool.build())
                .put("timeout", "5s")
                .build();
        post("/v1/connectors", request, 201);
    }

    /** Gives the digest of the published version. */
    String publishPolicy(Map<String, String> files) {
        JsonObject.Builder texts = JsonObject.builder();
        files.forEach(texts::put);
        JsonObject request = JsonObject.builder().put("files", texts.build()).build();
        return member(post("/v1/policies", request, 201), "digest");
    }

    void activatePolicy(String digest) {
        post("/v1/policies/" + digest + "/activate", JsonObject.empty(), 200);
    }

    /** Gives the session's id. */
    String openSession(String agent, String onBehalfOf, String task) {
        JsonObject request = JsonObject.builder()
                .put("agent", agent)
                .put("onBehalfOf", onBehalfOf)
                .put("task", task)
                .build();
        return member(post("/v1/sessions", request, 201), "id");
    }

    /** Submits a call to be carried out if it is allowed. */
    Answer submit(JsonObject toolCall) {
        return post("/v1/tool-calls", toolCall);
    }

    /** What became of a call that had to wait. */
    Answer awaitEnd(String call) {
        return send(request("/v1/tool-calls/" + call + "?wait=20s").GET());
    }

    /** The ids of what this approver is asked for. */
    List<String> openApprovals() {
        return get("/v1/approvals?state=open").array("items").stream()
                .flatMap(items -> items.items().stream())
                .map(item -> member((JsonObject) item, "id"))
                .toList();
    }

    /** What names the complete view of what is asked. */
    String viewDigest(String approval) {
        return member(get("/v1/approvals/" + approval), "viewDigest");
    }

    /** @param viewDigest of what the approver has seen; another is refused */
    void approve(String approval, String reason, String viewDigest) {
        JsonObject request = JsonObject.builder()
                .put("reason", reason)
                .put("view", viewDigest)
                .build();
        post("/v1/approvals/" + approval + "/approve", request, 200);
    }

    void refuse(String approval, String reason) {
        JsonObject request = JsonObject.builder().put("reason", reason).build();
        post("/v1/approvals/" + approval + "/refuse", request, 200);
    }

    private static JsonObject extracts(Map<String, String> paths) {
        JsonObject.Builder extracts = JsonObject.builder();
        paths.forEach((name, path) -> extracts.put(
                name,
                JsonObject.builder().put("path", path).put("maxBytes", 4096).build()));
        return extracts.build();
    }

    private JsonObject post(String path, JsonObject body, int expected) {
        return expect(expected, "POST " + path, post(path, body));
    }

    private Answer post(String path, JsonObject body) {
        return send(request(path).POST(BodyPublishers.ofByteArray(body.toBytes())));
    }

    private JsonObject get(String path) {
        return expect(200, "GET " + path, send(request(path).GET()));
    }

    private static JsonObject expect(int expected, String what, Answer answer) {
        if (answer.status() != expected) {
            throw new DemoFailedException("the gateway answered " + what + " with " + answer.status() + " instead of "
                    + expected + ": " + explanation(answer.body()));
        }
        return answer.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json");
    }

    private Answer send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), object(response.body()));
        } catch (IOException unreachable) {
            throw new DemoFailedException(
                    "the gateway did not answer " + request.method() + " "
                            + request.uri().getPath(),
                    unreachable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DemoFailedException("the demo was interrupted", interrupted);
        }
    }

    private static String explanation(JsonObject problem) {
        return problem.text("detail").orElse("it gave no detail")
                + problem.get("problems").map(all -> " " + all.toJson()).orElse("");
    }

    private static JsonObject object(String text) {
        try {
            return JsonValue.parse(text) instanceof JsonObject object ? object : JsonObject.empty();
        } catch (JsonException notJson) {
            throw new DemoFailedException("the gateway answered with something that is not JSON", notJson);
        }
    }

    private static String member(JsonObject answer, String name) {
        return answer.text(name)
                .orElseThrow(() -> new DemoFailedException("the gateway's answer lacks the member '" + name + "'"));
    }
}
