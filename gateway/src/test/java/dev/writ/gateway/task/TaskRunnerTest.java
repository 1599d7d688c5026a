package dev.writ.gateway.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.Entry;
import dev.writ.audit.Receipt;
import dev.writ.audit.RowChange;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.model.JsonObject;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks on a real PostgreSQL, run by the gateway of this JVM and, where a test says so, by another replica. */
@WritTest
class TaskRunnerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Actor SOMEBODY = new Actor("somebody", "");

    @Inject
    Journal journal;

    @Inject
    Recording recording;

    @Inject
    AuditSchema.Access access;

    @Inject
    TasksConfig config;

    @Inject
    TaskWatch watch;

    @Inject
    MeterRegistry meters;

    private final String instance = UUID.randomUUID().toString();
    private final Superuser superuser = Superuser.connect();

    @AfterEach
    void disconnect() {
        superuser.close();
    }

    @Test
    void runsOnceAndIsForgotten() {
        append(Tasks.at(Recording.TASK, instance, now()));

        awaitRuns(1);
        awaitForgotten(instance);
        assertThat(recording.runs(instance)).isEqualTo(1);
    }

    @Test
    void isNamedByItsEntry() {
        long index = append(Tasks.ofEntry(Recording.TASK, now()));

        await().atMost(PATIENCE).until(() -> recording.runs(Long.toString(index)) == 1);
    }

    @Test
    void isNotEnqueuedIfItsEntryIsNot() {
        String key = "once/" + instance;
        append(key, List.of());

        append(key, List.of(Tasks.at(Recording.TASK, instance, later())));

        assertThat(rows()).isZero();
    }

    @Test
    void neitherIsThereIfOneIsRefused() {
        RowChange refused = new RowChange("SELECT 1 / 0 WHERE $1::bigint >= 0 AND $2::bytea <> ''", List.of());

        assertThatThrownBy(() ->
                        append("refused/" + instance, List.of(Tasks.at(Recording.TASK, instance, later()), refused)))
                .isInstanceOf(RuntimeException.class);

        assertThat(rows()).isZero();
    }

    @Test
    void theSameNameAndInstanceTwiceIsOneTask() {
        append(Tasks.at(Recording.TASK, instance, later()));
        append(Tasks.at(Recording.TASK, instance, now()));

        assertThat(rows()).isEqualTo(1);
        assertThat(recording.runs(instance)).isZero();
    }

    @Test
    void isNotRunBeforeItsTime() {
        append(Tasks.at(Recording.TASK, instance, now().plusMillis(1_500)));
        String due = superuser
                .query("SELECT execution_time FROM writ.scheduled_task " + where())
                .get(0);

        awaitRuns(1);

        assertThat(superuser.query("SELECT now() >= '" + due + "'")).containsExactly("t");
    }

    @Test
    void whatSomebodyAsksForDoesNotWaitForThePoll() {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String one = instance + i;
            append(Tasks.at(Recording.TASK, one, now()));
            long enqueued = System.nanoTime();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(PATIENCE)
                    .until(() -> recording.runs(one) == 1);
            millis.add((System.nanoTime() - enqueued) / 1_000_000);
        }

        // Polls alone would come nearly a whole interval later each time: the one before has just been.
        assertThat(Collections.min(millis.subList(1, millis.size())))
                .isLessThan(config.pollInterval().toMillis() / 4);
    }

    @Test
    void isTriedAgainAfterAFailure() {
        double failed = failures();
        recording.answers(
                instance,
                run -> run < 3
                        ? Uni.createFrom().failure(new IllegalStateException("not yet"))
                        : Uni.createFrom().item(Next.done()));

        append(Tasks.at(Recording.TASK, instance, now()));

        awaitRuns(3);
        awaitForgotten(instance);
        assertThat(failures() - failed).isGreaterThanOrEqualTo(2);
    }

    @Test
    void isTriedAgainAfterAHandlerThrew() {
        recording.answers(instance, run -> {
            if (run == 1) {
                throw new IllegalStateException("at once");
            }
            return Uni.createFrom().item(Next.done());
        });

        append(Tasks.at(Recording.TASK, instance, now()));

        awaitRuns(2);
    }

    @Test
    void comesBackAtTheTimeThatItSays() {
        Instant due = now().plusSeconds(2);
        List<Instant> ran = new CopyOnWriteArrayList<>();
        recording.answers(instance, run -> {
            ran.add(Instant.now());
            return Uni.createFrom().item(run == 1 ? Next.again(due) : Next.done());
        });

        append(Tasks.at(Recording.TASK, instance, now()));

        awaitRuns(2);
        awaitForgotten(instance);
        assertThat(ran.get(1)).isAfterOrEqualTo(due);
    }

    @Test
    void survivesAProcessThatDiedWithIt() {
        superuser.execute(
                "INSERT INTO writ.scheduled_task (task_name, task_instance, execution_time, picked, picked_by,"
                        + " last_heartbeat, version) VALUES ('" + Recording.TASK + "', '" + instance
                        + "', now() - interval '1 minute', true, 'the dead', now() - interval '20 seconds', 7)");

        awaitRuns(1);
        awaitForgotten(instance);
    }

    @Test
    void isLeftToAProcessThatLives() {
        superuser.execute(
                "INSERT INTO writ.scheduled_task (task_name, task_instance, execution_time, picked, picked_by,"
                        + " last_heartbeat, version) VALUES ('" + Recording.TASK + "', '" + instance
                        + "', now() - interval '1 minute', true, 'the living', now() + interval '1 hour', 7)");
        append(Tasks.at(Recording.TASK, instance + "later", now()));

        await().atMost(PATIENCE).until(() -> recording.runs(instance + "later") == 1);
        assertThat(recording.runs(instance)).isZero();
    }

    @Test
    void replicasShareTheWorkAndRunNothingTwice() {
        Set<String> instances =
                IntStream.range(0, 1_000).mapToObj(i -> instance + "/" + i).collect(Collectors.toSet());
        Set<String> elsewhere = ConcurrentHashMap.newKeySet();
        CompletableFuture<Void> here = new CompletableFuture<>();
        CompletableFuture<Void> there = new CompletableFuture<>();
        // None ends before each of the two has begun one, however late it comes.
        instances.forEach(one -> recording.answers(one, run -> {
            (elsewhere.contains(one) ? there : here).complete(null);
            return Uni.createFrom()
                    .completionStage(CompletableFuture.allOf(here, there))
                    .replaceWith(Next.done());
        }));
        TaskHandler other = new TaskHandler() {
            @Override
            public String task() {
                return Recording.TASK;
            }

            @Override
            public Uni<Next> run(String one) {
                elsewhere.add(one);
                return recording.run(one);
            }
        };

        try (TaskScheduler replica =
                TaskScheduler.start(access.tasks(), List.of(other), config, watch, InstantSource.system())) {
            append(
                    "many/" + instance,
                    instances.stream()
                            .map(one -> Tasks.at(Recording.TASK, one, now()))
                            .toList());
            replica.wake();

            await().atMost(PATIENCE).until(() -> instances.stream().allMatch(one -> recording.runs(one) > 0));
        }

        assertThat(instances).allSatisfy(one -> assertThat(recording.runs(one)).isEqualTo(1));
        assertThat(elsewhere).isNotEmpty().hasSizeLessThan(instances.size());
    }

    @Test
    void isGivenUpAfterThePatienceThatItsHandlerHas() {
        TaskHandler never = new TaskHandler() {
            @Override
            public String task() {
                return "never";
            }

            @Override
            public Uni<Next> run(String one) {
                return Uni.createFrom().nothing();
            }

            @Override
            public Duration patience() {
                return Duration.ofMillis(10);
            }
        };

        long start = System.nanoTime();
        assertThatThrownBy(() -> new DurableTask(never).run(instance)).isInstanceOf(TaskFailedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    }

    @Test
    void outlivesADatabaseThatIsAwayAndSaysSoOnce() {
        int said = complaints();
        try {
            superuser.execute("ALTER ROLE writ_tasks NOLOGIN");
            superuser.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'writ_tasks'");
            append(Tasks.at(Recording.TASK, instance, now()));
            await().atMost(PATIENCE).until(() -> complaints() > said);
        } finally {
            superuser.execute("ALTER ROLE writ_tasks LOGIN");
        }

        awaitRuns(1);
        assertThat(complaints()).isEqualTo(said + 1);
    }

    private static int complaints() {
        return Bank.shared().logLines().split("tasks cannot be read or written", -1).length;
    }

    @Test
    void whoRunsTasksMayDoNothingElse() {
        assertThat(superuser.query("SELECT table_schema || '.' || table_name || ' ' || privilege_type"
                        + " FROM information_schema.role_table_grants WHERE grantee = 'writ_tasks'"))
                .containsExactlyInAnyOrder(
                        "writ.scheduled_task SELECT",
                        "writ.scheduled_task UPDATE",
                        "writ.scheduled_task DELETE",
                        "writ.notification SELECT",
                        "writ.notification UPDATE",
                        "writ.notification DELETE",
                        "writ.forwarder SELECT");
        assertThat(
                        superuser.query(
                                "SELECT table_name || '.' || column_name FROM information_schema.role_column_grants"
                                        + " WHERE grantee = 'writ_tasks' AND privilege_type = 'UPDATE' AND table_name NOT IN ('scheduled_task', 'notification')"))
                .containsExactlyInAnyOrder("forwarder.log_id", "forwarder.next_index");
        assertThat(superuser.query("SELECT grantee || ' ' || privilege_type FROM information_schema.role_table_grants"
                        + " WHERE table_name = 'scheduled_task' AND grantee IN ('writ_writer', 'writ_reader')"))
                .containsExactlyInAnyOrder("writ_writer SELECT", "writ_writer INSERT", "writ_reader SELECT");
    }

    private long append(RowChange change) {
        return append("for/" + UUID.randomUUID(), List.of(change));
    }

    private long append(String key, List<RowChange> changes) {
        Entry entry = new Entry(
                "TEST", journal.now(), List.of(key), Set.of(), Map.of(), JsonObject.empty(), "writ", List.of());
        Receipt<Entry> receipt =
                journal.record(SOMEBODY, entry, changes).await().atMost(PATIENCE);
        return receipt.fold(created -> created.recorded().index(), Receipt.Existing::index);
    }

    private Instant now() {
        return journal.now();
    }

    private Instant later() {
        return now().plus(Duration.ofHours(1));
    }

    private double failures() {
        return meters.counter("writ.tasks.failed", "task", Recording.TASK).count();
    }

    private String where() {
        return "WHERE task_name = '" + Recording.TASK + "' AND task_instance = '" + instance + "'";
    }

    private int rows() {
        return superuser
                .query("SELECT task_instance FROM writ.scheduled_task " + where())
                .size();
    }

    private void awaitRuns(int expected) {
        await().atMost(PATIENCE).until(() -> recording.runs(instance) >= expected);
    }

    private void awaitForgotten(String one) {
        await().atMost(PATIENCE)
                .until(() -> superuser
                        .query("SELECT task_instance FROM writ.scheduled_task WHERE task_instance = '" + one + "'")
                        .isEmpty());
    }
}
