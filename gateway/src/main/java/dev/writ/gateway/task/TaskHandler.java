package dev.writ.gateway.task;

import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** Does what a task wakes it for. Every bean of this type runs the tasks of its name, on every replica. */
public interface TaskHandler {

    /** The name of its tasks. */
    String task();

    /**
     * Does the work, on a Vert.x context.
     *
     * <p>Safe to run again: a process may die between the work and the note that it is done, and then another one runs it, and
     * one that was thought dead may even run it at the same time. A failure, and an answer that takes longer than its
     * {@linkplain #patience patience}, is tried again later. One of few threads waits meanwhile, so wait for durable entries only, or limit how many
     * wait.
     *
     * @param instance which one
     */
    Uni<Next> run(String instance);

    /** After how long an answer is given up. Larger only where work goes on regardless, and would be done twice. */
    default Duration patience() {
        return Duration.ofSeconds(20);
    }
}
