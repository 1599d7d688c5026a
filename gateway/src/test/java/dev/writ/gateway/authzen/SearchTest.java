package dev.writ.gateway.authzen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Searches with the people of a shared list. */
@WritTest
class SearchTest {

    private final Fixture fixture = Bank.shared().fixture();
    private External todo;

    private static JsonObject person(String id, String email, String role) {
        return (JsonObject) JsonValue.parse("""
                {"type": "user", "id": "%s", "properties": {"email": "%s", "roles": ["%s"]}}
                """.formatted(id, email, role));
    }

    @BeforeEach
    void open() {
        todo = Todo.open(
                fixture,
                List.of(
                        person("u-1", "ada@example.org", "editor"),
                        person("u-2", "ben@example.org", "viewer"),
                        person("u-3", "cleo@example.org", "editor"),
                        (JsonObject)
                                JsonValue.parse(
                                        "{\"type\": \"todo\", \"id\": \"t-1\", \"properties\": {\"ownerID\": \"ada@example.org\"}}"),
                        (JsonObject)
                                JsonValue.parse(
                                        "{\"type\": \"todo\", \"id\": \"t-2\", \"properties\": {\"ownerID\": \"cleo@example.org\"}}")));
    }

    @AfterEach
    void close() {
        todo.close();
    }

    @Test
    void findsThePeopleWhoWouldBeAllowed() {
        search("subject", """
                {"subject": {"type": "user", "id": "ignored"}, "action": {"name": "can_create_todo"},
                 "resource": {"type": "todo", "id": "t-9"}}
                """)
                .body("results.id", equalTo(List.of("u-1", "u-3")))
                .body("page", nullValue());
    }

    @Test
    void findsTheThingsThatWouldBeAllowed() {
        search("resource", """
                {"subject": {"type": "user", "id": "u-3"}, "action": {"name": "can_delete_todo"}, "resource": {"type": "todo"}}
                """).body("results", equalTo(List.of(Map.of("type", "todo", "id", "t-2"))));
    }

    @Test
    void findsTheActionsThatWouldBeAllowed() {
        search("action", """
                {"subject": {"type": "user", "id": "u-2"}, "resource": {"type": "todo", "id": "t-1"}}
                """).body("results", equalTo(List.of(Map.of("name", "can_read_todos"))));
    }

    @Test
    void whatItFindsIsAllowedWhenItIsAsked() {
        List<String> found = search("action", """
                {"subject": {"type": "user", "id": "u-1"},
                 "resource": {"type": "todo", "id": "t-1", "properties": {"ownerID": "ada@example.org"}}}
                """).extract().path("results.name");

        assertThat(found)
                .contains("can_create_todo", "can_update_todo", "can_delete_todo")
                .allSatisfy(action -> todo.pep()
                        .request()
                        .body("""
                        {"subject": {"type": "user", "id": "u-1"}, "action": {"name": "%s"},
                         "resource": {"type": "todo", "id": "t-1", "properties": {"ownerID": "ada@example.org"}}}
                        """.formatted(action))
                        .post("/access/v1/evaluation")
                        .then()
                        .body("decision", equalTo(true)));
    }

    @Test
    void isOneEntryAndNoDecision() {
        search("subject", """
                {"subject": {"type": "user"}, "action": {"name": "can_create_todo"}, "resource": {"type": "todo", "id": "t-9"}}
                """).body("results.size()", equalTo(2));

        assertThat(fixture.entries("kind=DECIDED&agent=" + todo.pep().name())).isEmpty();
        List<LogEntry> searches =
                fixture.entries("kind=SEARCHED&agent=" + todo.pep().name());
        assertThat(searches).singleElement().satisfies(entry -> {
            assertThat(entry.text("searched")).isEqualTo("subject");
            assertThat(entry.number("candidates")).isEqualTo(3);
            assertThat(entry.number("found")).isEqualTo(2);
        });
        fixture.auditor
                .get("/v1/audit/entries/" + searches.get(0).index() + "?inputs=true")
                .then()
                .body("values.question.value.action.name", equalTo("can_create_todo"))
                .body("values.results.value.id", equalTo(List.of("u-1", "u-3")));
    }

    @Test
    void findsNothingOfWhatNobodyListed() {
        for (String nothing : List.of("""
                {"subject": {"type": "robot"}, "action": {"name": "can_create_todo"}, "resource": {"type": "todo", "id": "t-9"}}
                """, """
                {"subject": {"type": "user"}, "action": {"name": "can_burn"}, "resource": {"type": "todo", "id": "t-9"}}
                """)) {
            search("subject", nothing).body(equalTo("{\"results\":[]}"));
        }
    }

    @Test
    void isOfferedWhereThereIsSomethingToFind() {
        metadata()
                .body("policy_decision_point", equalTo(todo.pep().baseUrl()))
                .body("search_subject_endpoint", equalTo(todo.pep().baseUrl() + "/access/v1/search/subject"))
                .body("search_action_endpoint", equalTo(todo.pep().baseUrl() + "/access/v1/search/action"))
                .body("supported_obligations", equalTo(List.of("custom")));
    }

    @Test
    void whoeverChoosesTheHostNameDoesNotChooseWhatOthersAreTold() {
        RestAssured.given()
                .baseUri(Bank.shared().fixture().admin.baseUrl())
                .header("Host", "evil.example")
                .get("/.well-known/authzen-configuration")
                .then()
                .statusCode(404)
                .body("detail", containsString("writ.authzen.url"));
        metadata()
                .header("Cache-Control", "no-store")
                .body("access_request_endpoint", equalTo(todo.pep().baseUrl() + "/access/v1/requests"))
                .body("capabilities", equalTo(List.of("urn:openid:authzen:capability:access-request")));
    }

    private static ValidatableResponse metadata() {
        return RestAssured.given()
                .baseUri(Bank.shared().fixture().admin.baseUrl())
                .get("/.well-known/authzen-configuration")
                .then()
                .statusCode(200)
                .contentType("application/json");
    }

    @Test
    void isNotOfferedWhereNobodyIsListed() {
        External.register(fixture, todo.name(), Todo.document(List.of()));

        metadata().body("search_subject_endpoint", nullValue()).body("search_resource_endpoint", nullValue());
    }

    private ValidatableResponse search(String what, String body) {
        return todo.pep()
                .request()
                .body(body)
                .post("/access/v1/search/" + what)
                .then()
                .statusCode(200);
    }
}
