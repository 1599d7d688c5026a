package dev.writ.gateway.authzen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Bank;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The certification scenario of the AuthZEN working group, and the scenario of its interop events. */
@WritTest
class CertificationTest {

    private static final String TODO_POLICY = "policy-todo-1_0-02.md";

    @Test
    void answersEveryRowOfTheCertificationScenario() {
        AuthzenCases cases = AuthzenCases.find();
        List<JsonObject> rows = cases.lines("authzen_certification.jsonl");
        try (External pdp = External.open(
                Bank.shared().fixture(), new CertificationFixture(cases.text("authorization-api-1_0-scenario.md")))) {
            List<String> failed = rows.stream()
                    .filter(row -> !match(row).startsWith("skip"))
                    .flatMap(row -> problem(row, send(pdp, row)).stream())
                    .toList();

            assertThat(failed).isEmpty();
        }
        assertThat(rows).filteredOn(row -> match(row).startsWith("skip")).hasSize(1);
    }

    @Test
    void answersEveryRowOfTheTodoScenario() {
        AuthzenCases cases = AuthzenCases.find();
        List<JsonObject> rows = cases.lines("authzen_interop_todo-1_0-02.jsonl");
        try (External pdp = Todo.open(Bank.shared().fixture(), Todo.people(cases.text(TODO_POLICY)))) {
            List<String> failed = rows.stream()
                    .filter(row -> !decisions(send(pdp, row).asString())
                            .equals(expected(row.get("expected").orElseThrow())))
                    .map(JsonObject::toJson)
                    .toList();

            assertThat(failed).isEmpty();
        }
        assertThat(rows).hasSizeGreaterThan(40);
    }

    private static Response send(External pdp, JsonObject row) {
        String endpoint = row.text("endpoint").orElseThrow();
        RequestSpecification request = pdp.pep().request();
        row.object("headers").orElse(JsonObject.empty()).members().forEach((name, value) -> {
            String text = ((JsonString) value).value();
            if (name.equals("Content-Type")) {
                request.contentType(text);
            } else {
                request.header(name, text);
            }
        });
        if (row.text("method").isPresent()) {
            return request.get(endpoint);
        }
        String body = row.text("raw_body")
                .orElseGet(() -> row.object("request").map(JsonObject::toJson).orElse(""));
        return (body.isEmpty() ? request : request.body(body)).post(endpoint);
    }

    private static String match(JsonObject row) {
        return row.text("match").orElseThrow();
    }

    /** What is not as the row says. */
    private static Optional<String> problem(JsonObject row, Response response) {
        String body = response.asString();
        boolean fits = response.statusCode()
                        == row.number("expected_status").orElseThrow().intValueExact()
                && switch (match(row).split(":", 2)[0]) {
                    case "decision_values" ->
                        decisions(body).equals(expected(row.get("expected_body").orElseThrow()));
                    case "structure_only" ->
                        decisions(body).size()
                                == row.object("request")
                                        .orElseThrow()
                                        .array("evaluations")
                                        .orElseThrow()
                                        .items()
                                        .size();
                    case "exact" ->
                        JsonValue.parse(body).equals(row.get("expected_body").orElseThrow());
                    case "results_superset" ->
                        results(body)
                                .containsAll(results(row.object("expected_body")
                                        .orElseThrow()
                                        .toJson()));
                    case "search_structure" -> !results(body).isEmpty();
                    case "metadata" ->
                        JsonValue.parse(body) instanceof JsonObject metadata
                                && metadata.text("policy_decision_point").isPresent()
                                && metadata.text("access_evaluation_endpoint").isPresent();
                    case "headers" ->
                        row.object("expected_headers").orElseThrow().members().entrySet().stream()
                                .allMatch(header -> response.header(header.getKey())
                                        .equals(((JsonString) header.getValue()).value()));
                    case "status_only" -> !body.isEmpty();
                    default -> false;
                };
        return fits ? Optional.empty() : Optional.of(row.toJson() + " -> " + response.statusCode() + " " + body);
    }

    private static List<JsonValue> results(String body) {
        return ((JsonObject) JsonValue.parse(body))
                .array("results")
                .map(JsonArray::items)
                .orElse(List.of());
    }

    private static List<Boolean> decisions(String body) {
        return expected(JsonValue.parse(body));
    }

    /** The decisions in an answer, in a list of them, or in a bare flag. */
    private static List<Boolean> expected(JsonValue value) {
        if (value instanceof JsonBoolean flag) {
            return List.of(flag == JsonBoolean.TRUE);
        }
        if (value instanceof JsonArray list) {
            return list.items().stream()
                    .flatMap(item -> expected(item).stream())
                    .toList();
        }
        JsonObject object = (JsonObject) value;
        return expected(
                object.get("evaluations").or(() -> object.get("decision")).orElse(new JsonArray(List.of())));
    }
}
