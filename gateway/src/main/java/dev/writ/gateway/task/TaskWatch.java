package dev.writ.gateway.task;

import com.github.kagkarlsson.scheduler.CurrentlyExecuting;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Tells operators how tasks do. What fails a thousand times is said once in a while. */
@ApplicationScoped
class TaskWatch extends AbstractSchedulerListener {

    private static final Logger LOG = Logger.getLogger(TaskWatch.class);
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Map<String, Instant> silentUntil = new ConcurrentHashMap<>();
    private final AtomicBoolean troubled = new AtomicBoolean();

    TaskWatch(MeterRegistry meters, InstantSource clock) {
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void onExecutionStart(CurrentlyExecuting started) {
        Execution execution = started.getExecution();
        Timer.builder("writ.tasks.delay")
                .description("From the time a task was due to its start")
                .tag("task", execution.getTaskName())
                .publishPercentiles(0.5, 0.99)
                .register(meters)
                .record(Duration.between(execution.getExecutionTime(), clock.instant()));
    }

    @Override
    public void onExecutionComplete(ExecutionComplete ended) {
        String task = ended.getExecution().getTaskName();
        if (ended.getResult() == ExecutionComplete.Result.OK) {
            meters.counter("writ.tasks.run", "task", task).increment();
        } else {
            meters.counter("writ.tasks.failed", "task", task).increment();
            complain(task, ended.getExecution().getId(), ended.getCause());
        }
    }

    /** The class only: a message may hold anything. */
    private void complain(String task, String instance, Optional<Throwable> cause) {
        Instant now = clock.instant();
        Instant until = now.plus(SILENCE);
        if (silentUntil
                .merge(task, until, (silent, next) -> silent.isAfter(now) ? silent : next)
                .equals(until)) {
            LOG.warnf(
                    "task failed and is tried again task=%s instance=%s cause=%s",
                    task,
                    instance,
                    cause.map(failure -> Optional.ofNullable(failure.getCause()).orElse(failure))
                            .map(failure -> failure.getClass().getSimpleName())
                            .orElse(""));
        }
    }

    @Override
    public void onExecutionDead(Execution dead) {
        LOG.infof("task whose process died is run again task=%s", dead.getTaskName());
    }

    @Override
    public void onSchedulerEvent(SchedulerEventType event) {
        switch (event) {
            case UNEXPECTED_ERROR -> {
                if (!troubled.getAndSet(true)) {
                    LOG.warn("tasks cannot be read or written; they wait until the database answers again");
                }
            }
            case RAN_DETECT_DEAD, RAN_EXECUTE_DUE -> {
                if (troubled.getAndSet(false)) {
                    LOG.info("tasks can be read and written again");
                }
            }
            default -> {}
        }
    }
}
