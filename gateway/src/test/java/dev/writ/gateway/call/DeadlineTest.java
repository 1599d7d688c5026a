package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.identity.Sessions;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The deadline of a call. It is submitted with one of its own here, that no other test has to hurry. */
@WritTest
class DeadlineTest {

    private static final String KEY = "hangs";

    @Inject
    Catalog catalog;

    @Inject
    Directory directory;

    @Inject
    Sessions sessions;

    @Inject
    Pseudonyms pseudonyms;

    @Inject
    Erasures erasures;

    @Inject
    Enforcement enforcement;

    @Inject
    InstantSource clock;

    private final Bank bank = Bank.shared();
    private final Client agent = bank.fixture().agent();

    private static final class Soon extends PrunedHistoryTest.Settings {
        @Override
        public Duration deadline() {
            return Duration.ofSeconds(3);
        }
    }

    private CallState submit(JsonObject arguments) {
        Submissions submissions = new Submissions(
                catalog, directory, sessions, pseudonyms, erasures, new Soon(), new SecureRandom(), clock);
        Principal principal =
                new Principal(agent.name(), Optional.empty(), agent.keyId(), List.of(), Set.of(Role.AGENT), "api-key");
        Submission submission = new Submission(
                Optional.of(KEY),
                "bank.pay",
                arguments,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Mode.EXECUTE);
        return submissions
                .check(submission, principal)
                .chain(enforcement::enforce)
                .await()
                .atMost(Duration.ofSeconds(60));
    }

    @Test
    void aCallWithoutOutcomeByItsDeadlineEndsUnknown() {
        CallState late = submit(JsonObject.builder()
                .put("to", "acme")
                .put("amount", 10)
                .put("note", "hang")
                .build());

        assertThat(late.status()).isEqualTo("unknown");
        agent.get("/v1/tool-calls/" + late.call()).then().statusCode(200).body("status", equalTo("unknown"));
        agent.call("bank.pay", Map.of("to", "acme", "amount", 10, "note", "hang"), Map.of("key", KEY))
                .then()
                .statusCode(504)
                .body("category", equalTo("CONNECTOR"))
                .body("callId", equalTo(late.call().toString()));
        assertThat(bank.fixture().entries("kind=EXECUTED&call=" + late.call())).hasSize(1);
        assertThat(bank.requestsOf(agent)).isEqualTo(1);
    }
}
