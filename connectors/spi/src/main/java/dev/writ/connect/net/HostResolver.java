package dev.writ.connect.net;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a host. */
public interface HostResolver {

    /** All of them, at least one; fails if there is none. */
    Future<List<InetAddress>> resolve(String host);

    void close();
}
