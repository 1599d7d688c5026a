package dev.writ.gateway.task;

import com.github.kagkarlsson.scheduler.task.AbstractTask;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.quarkus.vertx.VertxContextSupport;
import java.time.Duration;

/** A handler as db-scheduler's threads run it. They wait for its answer; nothing else in the gateway waits by holding a thread. */
final class DurableTask extends AbstractTask<Void> {

    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 6;

    private final TaskHandler handler;

    DurableTask(TaskHandler handler) {
        super(
                handler.task(),
                Void.class,
                (failed, row) -> row.reschedule(
                        failed, failed.getTimeDone().plus(retryAfter(failed.getExecution().consecutiveFailures))),
                (dead, row) -> row.reschedule(dead, dead.getTimeDone()));
        this.handler = handler;
    }

    /** How long a task that has failed so many times before, and then once more, is left alone. */
    static Duration retryAfter(int failures) {
        Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        return doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
    }

    @Override
    public CompletionHandler<Void> execute(TaskInstance<Void> instance, ExecutionContext context) {
        Next next = run(instance.getId());
        return (ended, row) -> next.<Runnable>fold(
                        done -> row::remove, again -> () -> row.reschedule(ended, again.due()))
                .run();
    }

    /** Waits for what the handler answers, for as long as the handler wants. */
    Next run(String instance) {
        try {
            return VertxContextSupport.subscribeAndAwait(() ->
                    handler.run(instance).ifNoItem().after(handler.patience()).fail());
        } catch (Throwable failure) {
            throw new TaskFailedException(failure);
        }
    }

    @Override
    public SchedulableInstance<Void> schedulableInstance(String id) {
        throw new UnsupportedOperationException("tasks are enqueued by entries");
    }

    @Override
    public SchedulableInstance<Void> schedulableInstance(String id, Void data) {
        return schedulableInstance(id);
    }
}
