package dev.writ.gateway.authzen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.WritTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An MCP gateway that asks before it forwards a call of a tool that is registered here. */
@WritTest
class CoazTest {

    private final Bank bank = Bank.shared();
    private final Client pep = bank.fixture().agent("ana");

    @ParameterizedTest
    @ValueSource(strings = {"bank.pay", "bank__pay"})
    void aCallOfARegisteredToolIsDecidedAsThatCall(String name) {
        int before = bank.upstream().requests();

        asked("ana", name, "{\"to\": \"a\", \"amount\": 10}").body("decision", equalTo(true));
        asked("ana", name, "{\"to\": \"a\", \"amount\": 101}")
                .body("decision", equalTo(false))
                .body("context.reason_user.'403'", containsString("payments over 100 need finance"));

        List<LogEntry> decided = bank.fixture().entries("kind=DECIDED&agent=" + pep.name());
        assertThat(decided)
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.column("tool")).isEqualTo("bank.pay"));
        assertThat(bank.upstream().requests()).isEqualTo(before);
    }

    @Test
    void isForThePersonWhomItNames() {
        asked("ana", "bank.pay", "{\"to\": \"a\", \"amount\": 10}").body("decision", equalTo(true));
        asked(pep.name(), "bank.pay", "{\"to\": \"a\", \"amount\": 10}").body("decision", equalTo(true));

        assertThat(bank.fixture().entries("kind=DECIDED&agent=" + pep.name()))
                .extracting(entry -> entry.column("subject").equals("-"))
                .containsExactly(true, false);
    }

    @Test
    void isDeniedForSomebodyWhomTheKeyDoesNotList() {
        asked("eve", "bank.pay", "{\"to\": \"a\", \"amount\": 10}")
                .body("decision", equalTo(false))
                .body("context.error.status", equalTo(403))
                .body("context.error.message", containsString("does not list that person"));
    }

    @Test
    void argumentsThatWereNotSentDoNotFit() {
        asked("ana", "bank.pay", "{}").body("decision", equalTo(false)).body("context.error.status", equalTo(400));
    }

    @Test
    void aToolThatNobodyRegisteredIsDenied() {
        asked("ana", "bank.rob", "{}").body("decision", equalTo(false)).body("context.error.status", equalTo(404));
    }

    private ValidatableResponse asked(String subject, String tool, String arguments) {
        return pep.request()
                .body("""
                        {"subject": {"type": "identity", "id": "%s"}, "context": {"agent": "a-client"},
                         "action": {"name": "tools/call"},
                         "resource": {"type": "tool", "id": "%s", "properties": {"arguments": %s}}}
                        """.formatted(subject, tool, arguments))
                .post("/access/v1/evaluation")
                .then()
                .statusCode(200);
    }
}
