package dev.writ.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers may get wrong: a clear 4xx that says what to do, and nothing happens. */
@WritTest
class BadInputTest {

    private final Bank bank = Bank.shared();
    private final Client agent = bank.fixture().agent();
    private int before;

    @BeforeEach
    void countRequests() {
        before = bank.upstream().requests();
    }

    @AfterEach
    void nothingHappened() {
        assertThat(bank.upstream().requests()).isEqualTo(before);
        assertThat(bank.fixture().entries("kind=DECIDED&agent=" + agent.name())).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            not JSON               | 400 | {"tool":                                                         | JSON
            nothing                | 400 | ``                                                               | empty
            another type           | 400 | []                                                               | wrong type
            text after it          | 400 | {"tool":"bank.balance","arguments":{"id":"a"}} x                 | line 1
            a duplicate member     | 400 | {"tool":"bank.balance","arguments":{"id":"a","id":"b"}}          | twice
            an unknown member      | 400 | {"tool":"bank.balance","arguments":{"id":"a"},"bypass":true}     | Known members
            no arguments           | 400 | {"tool":"bank.balance"}                                          | arguments
            arguments as a text    | 400 | {"tool":"bank.balance","arguments":"id"}                         | object
            a wrong type           | 400 | {"tool":"bank.pay","arguments":{"to":"a","amount":"10"}}         | /amount
            a missing argument     | 400 | {"tool":"bank.pay","arguments":{"amount":10}}                    | to
            an unknown argument    | 400 | {"tool":"bank.pay","arguments":{"to":"a","amount":1,"x":1}}      | x
            an amount below zero   | 400 | {"tool":"bank.pay","arguments":{"to":"a","amount":-1}}           | /amount
            an unknown mode        | 400 | {"tool":"bank.balance","arguments":{"id":"a"},"mode":"force"}    | mode
            an empty key           | 400 | {"tool":"bank.balance","arguments":{"id":"a"},"key":""}          | key
            an unknown tool        | 404 | {"tool":"bank.rob","arguments":{}}                               | /v1/tools
            no tool name           | 404 | {"tool":"Bank Rob!","arguments":{}}                              | /v1/tools
            an unknown session     | 404 | {"tool":"bank.balance","arguments":{"id":"a"},"session":"s"}     | session
            a person not listed    | 403 | {"tool":"bank.balance","arguments":{"id":"a"},"onBehalfOf":"eve"}| registration
            an inexact number      | 422 | {"tool":"bank.pay","arguments":{"to":"a","amount":9007199254740993}} | double
            an infinite number     | 422 | {"tool":"bank.pay","arguments":{"to":"a","amount":1e400}}        | double
            a lone surrogate       | 422 | {"tool":"bank.balance","arguments":{"id":"\\ud800"}}             | surrogate
            """)
    void isRefused(String what, int status, String body, String says) {
        problem(agent.request().body(body).post("/v1/tool-calls").then(), status)
                .body("detail", containsString(says));
    }

    @Test
    void aHugeBodyIsRefused() {
        String body = "{\"tool\":\"bank.balance\",\"arguments\":{\"id\":\"" + "x".repeat(2_000_000) + "\"}}";

        problem(agent.request().body(body).post("/v1/tool-calls").then(), 413);
    }

    @Test
    void aDeepBodyIsRefused() {
        String body = "{\"tool\":\"bank.balance\",\"arguments\":" + "{\"a\":".repeat(500) + "1" + "}".repeat(501);

        problem(agent.request().body(body).post("/v1/tool-calls").then(), 400).body("detail", containsString("deeper"));
    }

    @Test
    void anotherMediaTypeIsRefused() {
        problem(
                agent.request()
                        .contentType("text/plain")
                        .body("hello")
                        .post("/v1/tool-calls")
                        .then(),
                415);
    }

    @Test
    void anUnknownPathAndMethodAreRefused() {
        problem(agent.get("/v1/nothing").then(), 404);
        problem(agent.request().delete("/v1/tool-calls").then(), 405);
    }

    @Test
    void missingMalformedAndWrongCredentialsAreRefused() {
        for (String key : List.of("", "writ_x", "writ_0000_0000", agent.key() + "x", "x".repeat(5_000))) {
            problem(
                            new Client(agent.baseUrl(), "nobody", key)
                                    .call("bank.balance", Map.of("id", "a"))
                                    .then(),
                            401)
                    .header("WWW-Authenticate", containsString("Bearer"))
                    .body("detail", not(containsString(key.isEmpty() ? "\u0000" : key)));
        }
    }

    @Test
    void theWrongRoleIsRefused() {
        problem(bank.fixture().auditor.call("bank.balance", Map.of("id", "a")).then(), 403)
                .body("type", equalTo("urn:writ:problem:forbidden"));
        problem(agent.get("/v1/audit/entries").then(), 403);
        problem(
                agent.post("/v1/keys", Map.of("principal", "me", "roles", List.of("admin")))
                        .then(),
                403);
    }

    @Test
    void controlCharactersInAnArgumentAreDataAndHarmless() {
        String text = "a\\u0000\\u0007\\u202e";
        problem(
                agent.request()
                        .body("{\"tool\":\"bank." + text + "\",\"arguments\":{}}")
                        .post("/v1/tool-calls")
                        .then(),
                404);
    }

    @Test
    void whatIsRefusedIsRecordedAndRepetitionsAreFolded() {
        for (int i = 0; i < 50; i++) {
            agent.request().body("{").post("/v1/tool-calls").then().statusCode(400);
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> rejections() == 50);
        assertThat(bank.fixture().entries("kind=REJECTED_INPUT&agent=" + agent.name()))
                .hasSizeLessThan(10);
    }

    private int rejections() {
        return bank.fixture().entries("kind=REJECTED_INPUT&agent=" + agent.name()).stream()
                .mapToInt(entry -> entry.number("count"))
                .sum();
    }

    private static ValidatableResponse problem(ValidatableResponse response, int status) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("status", equalTo(status))
                .body("category", equalTo("CALLER"));
    }
}
