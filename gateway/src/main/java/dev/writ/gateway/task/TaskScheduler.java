package dev.writ.gateway.task;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.writ.audit.postgres.DatabaseUrl;
import io.agroal.api.AgroalDataSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** db-scheduler as Writ uses it. Any number of them share the table: each takes what is due and no other has taken. */
final class TaskScheduler implements AutoCloseable {

    private static final String TABLE = "writ.scheduled_task";

    /** A process that misses four of them is dead. Looked for every other time, so after 18 s at most its tasks run elsewhere. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    private static final int MISSED_HEARTBEATS = 4;

    /** A replica of another version may have handlers that this one has not. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private static final Duration SHUTDOWN = Duration.ofSeconds(5);

    private final AgroalDataSource connections;
    private final Scheduler scheduler;

    private TaskScheduler(AgroalDataSource connections, Scheduler scheduler) {
        this.connections = connections;
        this.scheduler = scheduler;
    }

    /** Starts to run tasks. Whether the database is there or not. */
    static TaskScheduler start(
            DatabaseUrl login, List<TaskHandler> handlers, TasksConfig config, TaskWatch watch, InstantSource clock) {
        AgroalDataSource connections = TaskConnections.open(login, config.threads());
        List<Task<?>> tasks = handlers.stream().<Task<?>>map(DurableTask::new).toList();
        Scheduler scheduler = Scheduler.create(connections, tasks)
                .tableName(TABLE)
                .schedulerName(new SchedulerName.Fixed(
                        ManagementFactory.getRuntimeMXBean().getName()))
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                .threads(config.threads())
                .pollingInterval(config.pollInterval())
                // Taken only shortly before they run: what waits in this process has no heartbeat.
                .pollUsingLockAndFetch(1.0, 3.0)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .deleteUnresolvedAfter(NEVER)
                .shutdownMaxWait(SHUTDOWN)
                .failureLogging(LogLevel.OFF, false)
                .addSchedulerListener(watch)
                .clock(clock::instant)
                .build();
        scheduler.start();
        return new TaskScheduler(connections, scheduler);
    }

    /** Looks for due tasks now. Returns at once; asked many times, it looks once. */
    void wake() {
        scheduler.triggerCheckForDueExecutions();
    }

    /** Takes no more tasks and waits for those that run. */
    @Override
    public void close() {
        scheduler.stop();
        connections.close();
    }
}
