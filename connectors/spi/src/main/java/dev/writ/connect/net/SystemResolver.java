package dev.writ.connect.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.util.List;

/** Asks the JDK, which knows the hosts file and caches for 30 s; it blocks, so it has two threads of its own. */
public final class SystemResolver implements HostResolver {

    private static final int THREADS = 2;

    private final WorkerExecutor worker;

    public SystemResolver(Vertx vertx) {
        worker = vertx.createSharedWorkerExecutor("writ-resolver", THREADS);
    }

    @Override
    public Future<List<InetAddress>> resolve(String host) {
        return worker.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false);
    }

    @Override
    public void close() {
        worker.close();
    }
}
