package dev.writ.gateway.precedent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.model.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A bank of one test's own, of whose payments finance is asked about all, and legal in place of it about those over 1000. */
final class Escalating {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Fixture fixture = Bank.shared().fixture();
    final Client fay = fixture.approver("fay-" + UUID.randomUUID(), "finance");
    final String tool;

    private final Journal journal;
    private final String bundle;

    Escalating(Journal journal) {
        this.journal = journal;
        String bank = "bank" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        this.tool = bank + ".pay";
        fixture.register(bank, Bank.shared().upstream().url());
        this.bundle = fixture.activate(bank, """
                rule "all payments"
                when ToolCall( tool == "%1$s", number("amount") <= 1000 )
                then escalate("finance looks at payments").to("finance").within("4h"); end
                rule "very large payments"
                when ToolCall( tool == "%1$s", number("amount") > 1000 )
                then escalate("legal looks at large payments").to("legal").within("4h"); end
                """.formatted(tool));
    }

    void putThingsBack() {
        fixture.deactivate(bundle);
    }

    String escalated(Client agent, Object amount, String note) {
        Map<String, Object> arguments = new HashMap<>(Map.of("to", "acme", "amount", amount, "note", note));
        return agent.call(tool, arguments, Map.of("key", UUID.randomUUID().toString()))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(202)
                .extract()
                .path("id");
    }

    String approved(Client agent, Object amount, String note) {
        String call = escalated(agent, amount, note);
        fay.approve(call).then().statusCode(200);
        assertThat(agent.ended(call).<String>path("status")).isEqualTo("succeeded");
        return call;
    }

    /** Records that somebody has looked at it, as looking at it does. */
    String viewed(String call, Client by) {
        String digest = by.get("/v1/approvals/" + call).path("viewDigest");
        journal.record(
                        new Actor(by.name(), by.keyId()),
                        "APPROVAL_VIEWED",
                        List.of("view/" + call + "/" + by.name() + "/" + digest),
                        Set.of(),
                        Map.of(Column.CALL, call),
                        JsonObject.builder().put("view", digest).build(),
                        List.of(),
                        List.of())
                .await()
                .atMost(PATIENCE);
        return digest;
    }
}
