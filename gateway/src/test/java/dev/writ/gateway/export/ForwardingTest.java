package dev.writ.gateway.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Column;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.webhook.Receivers;
import dev.writ.gateway.webhook.Secret;
import dev.writ.gateway.webhook.Target;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the log to a receiver that fails at times, across restarts, on a real database. */
@WritTest
class ForwardingTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);

    @Inject
    Journal journal;

    @Inject
    Feed feed;

    @Inject
    Places places;

    @Inject
    Receivers receivers;

    private final String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
    private final String kind =
            "TEST_" + name.substring(5).toUpperCase(java.util.Locale.ROOT).replaceAll("[0-9]", "X");
    private final Receiver receiver = Receiver.start();

    @AfterEach
    void close() {
        receiver.close();
    }

    private Forwarder forwarder(Wire wire, Set<String> kinds, int batch, ForwardConfig.Start start) {
        return new Forwarder(
                name, Target.parse(receiver.url(), true), wire, kinds, batch, start, Optional.of("token-1"));
    }

    /** As a process makes it; another one is a restart. */
    private Forwarding process(Forwarder forwarder) {
        return new Forwarding(
                List.of(forwarder), feed, places, receivers, InstantSource.system(), new SimpleMeterRegistry());
    }

    private Forwarding begun(Forwarder forwarder) {
        Forwarding process = process(forwarder);
        append("STARTED_" + kind, process.rows(journal.now()));
        return process;
    }

    private long append(String entryKind, List<dev.writ.audit.RowChange> rows) {
        return journal.record(
                        Actor.WRIT,
                        entryKind,
                        List.of(),
                        Set.of(),
                        Map.<Column, String>of(),
                        JsonObject.builder().put("n", 1).build(),
                        List.of(),
                        rows)
                .await()
                .atMost(SOON)
                .fold(created -> created.recorded().index(), existing -> -1L);
    }

    private long append() {
        return append(kind, List.of());
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(SOON);
    }

    private static Wire signed() {
        return new Wire.SignedEvents(Secret.parse(SECRET));
    }

    private List<Long> delivered() {
        return receiver.accepted().stream()
                .flatMap(delivery -> indices(delivery.body()).stream())
                .toList();
    }

    private static List<Long> indices(String body) {
        return ((JsonArray) JsonValue.parse(body))
                .items().stream()
                        .map(event -> Long.valueOf(
                                ((JsonObject) event).text("writindex").orElseThrow()))
                        .toList();
    }

    @Test
    void everyEntryIsDeliveredInOrderOfItsIndex() {
        List<Long> appended = new ArrayList<>();
        Forwarding process = begun(forwarder(signed(), Set.of(kind), 2, ForwardConfig.Start.NOW));
        for (int i = 0; i < 5; i++) {
            appended.add(append());
        }

        await(process.run(name));

        assertThat(delivered()).isEqualTo(appended);
        assertThat(receiver.accepted()).hasSize(3);
    }

    @Test
    void aBatchThatWasRefusedIsDeliveredAgainAndNothingIsSkipped() {
        Forwarding process = begun(forwarder(signed(), Set.of(kind), 2, ForwardConfig.Start.NOW));
        List<Long> appended = LongStream.range(0, 5).map(i -> append()).boxed().toList();
        receiver.answering(200, 500, 503, 200, 302);

        assertThatThrownBy(() -> await(process.run(name))).hasMessageContaining("500");
        assertThatThrownBy(() -> await(process.run(name))).hasMessageContaining("503");
        // Another process goes on where that one stopped.
        Forwarding restarted = process(forwarder(signed(), Set.of(kind), 2, ForwardConfig.Start.NOW));
        assertThatThrownBy(() -> await(restarted.run(name))).hasMessageContaining("302");
        await(restarted.run(name));

        assertThat(delivered()).isEqualTo(appended);
        assertThat(receiver.all().get(1).header("webhook-id"))
                .isEqualTo(receiver.all().get(2).header("webhook-id"));
    }

    @Test
    void whatWasAcceptedByADyingProcessIsDeliveredAgainRatherThanLost() {
        Forwarder forwarder = forwarder(signed(), Set.of(kind), 10, ForwardConfig.Start.NOW);
        Forwarding process = begun(forwarder);
        long first = append();
        Feed.Position before = await(places.of(name)).orElseThrow();
        await(process.run(name));
        // As if it had died before the place was moved.
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute(
                    "UPDATE writ.forwarder SET next_index = " + before.next() + " WHERE name = '" + name + "'");
        }
        long second = append();

        await(process(forwarder).run(name));

        assertThat(delivered()).containsExactly(first, first, second);
    }

    @Test
    void aProcessThatWasThoughtDeadDoesNotMoveThePlaceBack() {
        begun(forwarder(signed(), Set.of(kind), 10, ForwardConfig.Start.NOW));
        Feed.Position stale = await(places.of(name)).orElseThrow();
        Feed.Position next = new Feed.Position(stale.log(), stale.next() + 3);
        assertThat(await(places.move(name, stale, next))).isTrue();

        assertThat(await(places.move(name, stale, new Feed.Position(stale.log(), stale.next() + 1))))
                .isFalse();

        assertThat(await(places.of(name))).contains(next);
    }

    @Test
    void aNewForwarderBeginsWhereItsConfigurationSays() {
        begun(forwarder(signed(), Set.of(), 10, ForwardConfig.Start.BEGINNING));

        assertThat(await(places.of(name)).orElseThrow().next()).isZero();
    }

    @Test
    void aRestartDoesNotBeginAnew() {
        Forwarder forwarder = forwarder(signed(), Set.of(kind), 10, ForwardConfig.Start.NOW);
        begun(forwarder);
        Feed.Position place = await(places.of(name)).orElseThrow();

        begun(forwarder);

        assertThat(await(places.of(name))).contains(place);
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.query("SELECT count(*) FROM writ.scheduled_task WHERE task_name = 'forward'"
                            + " AND task_instance = '" + name + "'"))
                    .containsExactly("1");
        }
    }

    @Test
    void whatIsNotOfTheKindsIsPassedBy() {
        Forwarding process = begun(forwarder(signed(), Set.of(kind), 10, ForwardConfig.Start.NOW));
        append("OTHER_" + kind, List.of());
        long wanted = append();
        append("OTHER_" + kind, List.of());

        await(process.run(name));

        assertThat(delivered()).containsExactly(wanted);
        assertThat(await(feed.lag(name)).orElseThrow().entries()).isLessThan(100);
    }

    @Test
    void aDeliveryIsABatchOfCloudEventsWithASignatureAndTheToken() {
        Forwarding process = begun(forwarder(signed(), Set.of(kind), 10, ForwardConfig.Start.NOW));
        append();

        await(process.run(name));

        Receiver.Delivery delivery = receiver.accepted().get(0);
        assertThat(delivery.header("content-type")).isEqualTo("application/cloudevents-batch+json");
        assertThat(delivery.header("authorization")).isEqualTo("Bearer token-1");
        Instant at = Instant.ofEpochSecond(Long.parseLong(delivery.header("webhook-timestamp")));
        assertThat(delivery.header("webhook-signature"))
                .isEqualTo(Secret.parse(SECRET).sign(delivery.header("webhook-id"), at, delivery.body()));
    }

    @Test
    void aLogRecordHasTheLeafAsItsBody() {
        Forwarding process = begun(forwarder(new Wire.Otlp(), Set.of(kind), 10, ForwardConfig.Start.NOW));
        long index = append();

        await(process.run(name));

        Receiver.Delivery delivery = receiver.accepted().get(0);
        assertThat(delivery.header("content-type")).isEqualTo("application/json");
        JsonObject resource = object(((JsonObject) JsonValue.parse(delivery.body())), "resourceLogs");
        JsonObject log = object(object(resource, "scopeLogs"), "logRecords");
        assertThat(log.object("body").orElseThrow().text("stringValue").orElseThrow())
                .startsWith("{\"agent\":\"writ\"")
                .contains("\"kind\":\"" + kind + "\"");
        assertThat(log.text("timeUnixNano").orElseThrow()).matches("\\d{19}");
        assertThat(log.array("attributes").orElseThrow().items())
                .contains(JsonObject.builder()
                        .put("key", "writ.index")
                        .put(
                                "value",
                                JsonObject.builder()
                                        .put("intValue", new JsonString(Long.toString(index)))
                                        .build())
                        .build());
    }

    private static JsonObject object(JsonObject in, String member) {
        return (JsonObject) in.array(member).orElseThrow().items().get(0);
    }

    @Test
    void nothingIsSentToAPrivateAddressThatWasNotAllowed() {
        Forwarding process = begun(new Forwarder(
                name,
                Target.parse("https://localhost:" + receiver.port() + "/", false),
                signed(),
                Set.of(kind),
                10,
                ForwardConfig.Start.NOW,
                Optional.empty()));
        append();

        assertThatThrownBy(() -> await(process.run(name))).isNotNull();

        assertThat(receiver.all()).isEmpty();
    }

    @Test
    void aForwarderThatThisProcessDoesNotKnowIsLeftToOthers() {
        Forwarding process = process(forwarder(signed(), Set.of(kind), 10, ForwardConfig.Start.NOW));
        Instant began = Instant.now();

        Instant due = await(process.run("another")).fold(done -> Instant.MIN, dev.writ.gateway.task.Next.Again::due);

        assertThat(due).isAfter(began.plusSeconds(5));
    }

    @Test
    void theLoginThatRunsTasksMayMoveAPlaceAndNothingElse() {
        try (Superuser superuser = Superuser.connect()) {
            assertThat(
                            superuser.query(
                                    "SELECT grantee || ' ' || privilege_type FROM information_schema.table_privileges"
                                            + " WHERE table_schema = 'writ' AND table_name = 'forwarder'"
                                            + " AND grantee IN ('writ_tasks', 'writ_writer', 'writ_reader', 'PUBLIC') ORDER BY 1"))
                    .containsExactly("writ_reader SELECT", "writ_tasks SELECT", "writ_writer INSERT");
        }
    }
}
