package dev.writ.gateway;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A caller of a gateway with one key, under the name of its principal. */
public record Client(String baseUrl, String name, String key) {

    public RequestSpecification request() {
        return given().baseUri(baseUrl).header("Authorization", "Bearer " + key).contentType("application/json");
    }

    public Response post(String path, Object body) {
        return request().body(body).post(path);
    }

    public Response get(String path) {
        return request().get(path);
    }

    /** The same caller at another replica. */
    public Client at(String otherUrl) {
        return new Client(otherUrl, name, key);
    }

    /** Another caller, with a new key of these roles. */
    public Client issue(String principal, List<String> roles, List<String> subjects) {
        return issue(principal, Map.of("roles", roles, "subjects", subjects));
    }

    /** Another caller, with a new key as that says. */
    public Client issue(String principal, Map<String, ?> asked) {
        Map<String, Object> creation = new HashMap<>(asked);
        creation.put("principal", principal);
        Response created = post("/v1/keys", creation);
        created.then().statusCode(201);
        return new Client(baseUrl, principal, created.path("key"));
    }

    /** The id of this caller's key. */
    public String keyId() {
        return key.substring("writ_".length(), key.lastIndexOf('_'));
    }

    public Response approve(String call) {
        return post("/v1/approvals/" + call + "/approve", Map.of("reason", "checked"));
    }

    public Response refuse(String call, String reason) {
        return post("/v1/approvals/" + call + "/refuse", Map.of("reason", reason));
    }

    /** The state of a call of this caller, once it has ended. */
    public Response ended(String call) {
        return await().atMost(Duration.ofSeconds(90))
                .until(() -> get("/v1/tool-calls/" + call + "?wait=20s"), answer -> answer.statusCode() != 202);
    }

    public Response call(String tool, Map<String, ?> arguments) {
        return call(tool, arguments, Map.of());
    }

    /** Submits a call; {@code further} are more members of the submission. */
    public Response call(String tool, Map<String, ?> arguments, Map<String, ?> further) {
        Map<String, Object> submission = new HashMap<>(further);
        submission.put("tool", tool);
        submission.put("arguments", arguments);
        return post("/v1/tool-calls", submission);
    }
}
