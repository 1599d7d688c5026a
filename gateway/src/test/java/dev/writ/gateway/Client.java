package dev.writ.gateway;

import static io.restassured.RestAssured.given;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
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
        Response created = post("/v1/keys", Map.of("principal", principal, "roles", roles, "subjects", subjects));
        created.then().statusCode(201);
        return new Client(baseUrl, principal, created.path("key"));
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
