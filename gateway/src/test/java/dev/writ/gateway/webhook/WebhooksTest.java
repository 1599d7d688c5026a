package dev.writ.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WebhooksTest {

    private static final Target TARGET = Target.parse("https://hooks.example.com/T0/canary-token", false);
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final Webhooks webhooks = webhooks();

    private Webhooks webhooks() {
        return new Webhooks(
                Auditing.state(log.reader()),
                new WebhookRows(),
                Auditing.journal(log, InstantSource.system()),
                MasterKey.of(new byte[32]),
                new SecureRandom());
    }

    @Test
    void reportsNothingOfAnAgentWithoutOne() {
        assertThat(webhooks.ended("bot")).isEmpty();
    }

    @Test
    void reportsToTheLastOneThatWasSet() {
        webhooks.onEntry(set(1));
        webhooks.onEntry(set(2));

        assertThat(webhooks.of("bot").orElseThrow().index()).isEqualTo(2);
        assertThat(webhooks.ended("bot")).hasSize(1);
        assertThat(webhooks.ended("other")).isEmpty();
    }

    @Test
    void reportsNothingOnceItIsRemoved() {
        webhooks.onEntry(set(1));
        webhooks.onEntry(removed(2, 1));

        assertThat(webhooks.ended("bot")).isEmpty();
    }

    @Test
    void removingAnOlderOneLeavesTheLater() {
        webhooks.onEntry(set(1));
        webhooks.onEntry(set(2));
        webhooks.onEntry(removed(3, 1));

        assertThat(webhooks.of("bot").orElseThrow().index()).isEqualTo(2);
    }

    @Test
    void loadingDoesNotUndoWhatArrivedMeanwhile() {
        webhooks.onEntry(set(1));
        webhooks.onEntry(removed(2, 1));

        webhooks.onEntry(set(1));

        assertThat(webhooks.of("bot")).isEmpty();
    }

    @Test
    void loadsItsStateFromTheLogAlone() {
        log.tail().subscribe(webhooks::onEntry);
        webhooks.set(Actor.WRIT, "bot", TARGET).await().indefinitely();
        webhooks.set(Actor.WRIT, "gone", TARGET).await().indefinitely();
        webhooks.remove(Actor.WRIT, webhooks.of("gone").orElseThrow()).await().indefinitely();
        Webhooks started = webhooks();

        started.load().await().indefinitely();

        assertThat(started.of("bot")).isEqualTo(webhooks.of("bot")).isPresent();
        assertThat(started.of("gone")).isEmpty();
    }

    @Test
    void keepsUrlAndSecretOutOfTheLeaf() {
        assertThat(set(1).entry().body().toJson()).doesNotContain("canary", "whsec");
    }

    @Test
    void isInertOnceItsTargetWasErased() {
        Entry set = set(1).entry();
        webhooks.onEntry(recorded(
                1,
                new Entry(
                        set.kind(),
                        set.at(),
                        set.keys(),
                        set.topics(),
                        set.columns(),
                        set.body(),
                        set.subjectKey(),
                        List.of())));

        assertThat(webhooks.ended("bot")).isEmpty();
    }

    @Test
    void ignoresOtherEntries() {
        webhooks.onEntry(recorded(
                1,
                new Entry(
                        "OTHER",
                        NOON,
                        List.of(),
                        Set.of(),
                        Map.of(),
                        JsonObject.builder().put("name", "bot").build(),
                        "writ",
                        List.of())));

        assertThat(webhooks.of("bot")).isEmpty();
    }

    private static Recorded set(long index) {
        return recorded(index, WebhookEntries.set("bot", TARGET, Digest.of(new byte[1]), NOON));
    }

    private static Recorded removed(long index, long set) {
        return recorded(index, WebhookEntries.removed(new Webhook("bot", TARGET, Digest.of(new byte[1]), set), NOON));
    }

    private static Recorded recorded(long index, Entry entry) {
        return new Recorded(index, Digest.of(new byte[0]), entry);
    }
}
