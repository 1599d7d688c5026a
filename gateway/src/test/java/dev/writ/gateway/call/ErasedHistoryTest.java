package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditReader;
import dev.writ.audit.Entry;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.model.Digest;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Past;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is left of a history when the arguments in it were erased. */
@WritTest
class ErasedHistoryTest {

    private final String person = "ann-" + UUID.randomUUID();
    private final Client agent = Bank.shared().fixture().agent(person);

    @Inject
    AuditLog log;

    @Inject
    AuditReader reader;

    @Inject
    CallConfig config;

    @Inject
    Pseudonyms pseudonyms;

    private Histories replica() {
        Histories other = new Histories(log, reader, config);
        log.tail().subscribe(other::onEntry);
        return other;
    }

    private Identity identity() {
        return new Identity(agent.name(), pseudonyms.of(person));
    }

    private History history(Histories replica) {
        return replica.of(identity()).await().indefinitely().history();
    }

    private void pay() {
        agent.call("bank.pay", Map.of("to", "acme", "amount", 10), Map.of("onBehalfOf", person))
                .then()
                .statusCode(200);
    }

    private void deleteInputs() {
        try (Superuser superuser = Superuser.connect()) {
            superuser.takeInputs("subject_key = '" + identity().subjectKey() + "'");
        }
    }

    @AfterEach
    void putInputsBack() {
        try (Superuser superuser = Superuser.connect()) {
            superuser.putInputsBack();
        }
    }

    private Recorded erasure() {
        Entry entry = new Entry(
                "ERASURE",
                Instant.EPOCH,
                List.of(),
                Set.of(),
                Map.of(),
                JsonObject.builder().put("subjectKey", identity().subjectKey()).build(),
                "writ",
                List.of());
        return new Recorded(Long.MAX_VALUE, Digest.of(new byte[0]), entry);
    }

    @Test
    void everyReplicaForgetsArgumentsWhenItSeesTheErasure() {
        Histories replica = replica();
        pay();
        assertThat(history(replica).toList()).extracting(Past::arguments).noneMatch(JsonObject.empty()::equals);
        deleteInputs();
        assertThat(history(replica).toList())
                .as("still in memory")
                .extracting(Past::arguments)
                .noneMatch(JsonObject.empty()::equals);

        replica.onEntry(erasure());

        assertThat(history(replica).toList())
                .hasSize(1)
                .extracting(Past::arguments)
                .allMatch(JsonObject.empty()::equals);
    }

    @Test
    void rulesThatLookBackToErasedArgumentsAreInDoubt() {
        pay();
        History before = history(replica());
        assertThat(before.completeSince()).isEqualTo(Instant.MIN);

        deleteInputs();
        History after = history(replica());

        assertThat(after.completeSince()).isAfter(after.toList().get(0).at());
    }
}
