package dev.writ.gateway.mcp;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import java.util.function.Supplier;

/**
 * One request, with what its method needs besides its content.
 *
 * @param context that the request is served on, which knows who calls
 */
record Visit(Asked asked, Reply reply, Context context, String principal) {

    /** Asks that where it is known who calls, from wherever. */
    <T> Uni<T> there(Supplier<Uni<T>> question) {
        return Uni.createFrom()
                .deferred(question::get)
                .runSubscriptionOn(task -> context.runOnContext(now -> task.run()));
    }
}
