package dev.writ.gateway.task;

import dev.writ.audit.Recorded;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.LogFollower;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Runs tasks from when this process follows the log until it stops. */
@ApplicationScoped
class TaskRunner implements LogFollower {

    /** After everything has been loaded. */
    private static final int LATE = Interceptor.Priority.APPLICATION + 500;

    private final AuditSchema.Access access;
    private final List<TaskHandler> handlers;
    private final TasksConfig config;
    private final TaskWatch watch;
    private final InstantSource clock;
    private volatile Optional<TaskScheduler> scheduler = Optional.empty();

    TaskRunner(
            AuditSchema.Access access,
            @All List<TaskHandler> handlers,
            TasksConfig config,
            TaskWatch watch,
            InstantSource clock) {
        this.access = access;
        this.handlers = handlers;
        this.config = config;
        this.watch = watch;
        this.clock = clock;
    }

    void start(@Observes @Priority(LATE) StartupEvent started) {
        if (config.threads() > 0) {
            scheduler = Optional.of(TaskScheduler.start(access.tasks(), handlers, config, watch, clock));
        }
    }

    void stop(@Observes ShutdownEvent stopping) {
        scheduler.ifPresent(TaskScheduler::close);
    }

    /** Tasks are read when they are due. */
    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    /** Somebody may wait for what they asked for. What calls and Writ itself enqueue is more, and the next poll finds it. */
    @Override
    public void onEntry(Recorded recorded) {
        if (recorded.entry()
                .body()
                .text("actor")
                .filter(actor -> !actor.equals(Actor.WRIT.name()))
                .isPresent()) {
            scheduler.ifPresent(TaskScheduler::wake);
        }
    }
}
