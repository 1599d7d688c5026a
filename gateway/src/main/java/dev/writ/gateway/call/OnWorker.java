package dev.writ.gateway.call;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Work that would hold up whatever else an event loop serves. */
public final class OnWorker {

    private OnWorker() {}

    /** What a worker makes of the item; it arrives where it was asked for. Whoever memoizes that brings it {@link #back}. */
    public static <A, B> Uni<B> map(Uni<A> item, Function<A, B> work) {
        return back(item.emitOn(Infrastructure.getDefaultWorkerPool()).map(work));
    }

    /** The item, or the failure, arrives at each who asks for it where that one asked. */
    static <A> Uni<A> back(Uni<A> item) {
        return Uni.createFrom().deferred(() -> item.emitOn(back()));
    }

    private static Executor back() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : command -> context.runOnContext(back -> command.run());
    }
}
