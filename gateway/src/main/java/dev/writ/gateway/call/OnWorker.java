package dev.writ.gateway.call;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Work that would hold up whatever else an event loop serves. */
final class OnWorker {

    private OnWorker() {}

    /** What a worker makes of the item; it arrives where it was asked for. */
    static <A, B> Uni<B> map(Uni<A> item, Function<A, B> work) {
        return Uni.createFrom().deferred(() -> {
            Executor back = back();
            return item.emitOn(Infrastructure.getDefaultWorkerPool()).map(work).emitOn(back);
        });
    }

    private static Executor back() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : command -> context.runOnContext(back -> command.run());
    }
}
