package dev.writ.gateway.webhook;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The entries of webhooks, written and read. Members may be added here and never changed. */
final class WebhookEntries {

    static final String SET = "WEBHOOK_SET";
    static final String REMOVED = "WEBHOOK_REMOVED";
    static final Set<String> KINDS = Set.of(SET, REMOVED, Erasures.KIND);

    private static final String SUBJECT_KEY = "agent/";
    private static final String TARGET = "target";

    private WebhookEntries() {}

    static Entry set(String agent, Target target, Digest sealedSecret, Instant at) {
        return new Entry(
                SET,
                at,
                List.of(),
                Set.of(Topics.webhook(agent)),
                Map.of(),
                JsonObject.builder()
                        .put("name", agent)
                        .put("secret", sealedSecret.value())
                        .build(),
                SUBJECT_KEY + agent,
                List.of(new Input(TARGET, target.toJson(), true)));
    }

    /** Ends this webhook and no later one of the agent; only once. */
    static Entry removed(Webhook webhook, Instant at) {
        return new Entry(
                REMOVED,
                at,
                List.of("webhook-removed/" + webhook.index()),
                Set.of(Topics.webhook(webhook.agent())),
                Map.of(),
                JsonObject.builder()
                        .put("name", webhook.agent())
                        .put("set", webhook.index())
                        .build(),
                SUBJECT_KEY + webhook.agent(),
                List.of());
    }

    /** The agent that an entry of these kinds is about. */
    static String agent(Entry entry) {
        return Erasures.erasedBy(entry)
                .flatMap(WebhookEntries::agentOf)
                .or(() -> entry.body().text("name"))
                .orElse("");
    }

    /** The agent under whose own key the webhook is recorded. */
    static Optional<String> agentOf(String subjectKey) {
        return Optional.of(subjectKey)
                .filter(key -> key.startsWith(SUBJECT_KEY))
                .map(key -> key.substring(SUBJECT_KEY.length()));
    }

    /** The webhook that this entry sets; none if its target was erased. */
    static Optional<Webhook> setBy(Recorded recorded) {
        Entry entry = recorded.entry();
        return entry.kind().equals(SET)
                ? entry.input(TARGET)
                        .filter(JsonObject.class::isInstance)
                        .flatMap(target -> Target.fromJson((JsonObject) target))
                        .flatMap(target -> entry.body()
                                .text("secret")
                                .map(secret -> new Webhook(agent(entry), target, new Digest(secret), recorded.index())))
                : Optional.empty();
    }

    /** Index of the entry that set what this one removes. */
    static long removes(Entry entry) {
        return entry.body().number("set").map(BigDecimal::longValueExact).orElse(-1L);
    }
}
