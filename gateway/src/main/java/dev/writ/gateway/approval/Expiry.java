package dev.writ.gateway.approval;

import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Lets approvals end at their time. That nobody can answer them then does not depend on it. */
@ApplicationScoped
class Expiry implements TaskHandler {

    private final Approvals approvals;

    Expiry(Approvals approvals) {
        this.approvals = approvals;
    }

    @Override
    public String task() {
        return Approvals.EXPIRE;
    }

    @Override
    public Uni<Next> run(String call) {
        return approvals.expire(Approvals.callOf(call));
    }
}
