package dev.writ.connect.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.List;

/**
 * Finds the address that a host is reached at, unless one of its addresses is not allowed. The connection is then made to that
 * very address, so that no name, however it resolves the next time, leads anywhere else.
 */
public final class AddressGuard implements AutoCloseable {

    private final HostResolver resolver;

    public AddressGuard(HostResolver resolver) {
        this.resolver = resolver;
    }

    /** One that asks the JDK. */
    public static AddressGuard open(Vertx vertx) {
        return new AddressGuard(new SystemResolver(vertx));
    }

    /** Where to connect to; fails with {@link ForbiddenAddressException} if any address of the host is not allowed. */
    public Future<InetAddress> find(String host, Networks networks) {
        return Future.<Void>succeededFuture()
                .compose(start -> resolver.resolve(host))
                .compose(addresses -> checked(addresses, networks));
    }

    private static Future<InetAddress> checked(List<InetAddress> addresses, Networks networks) {
        return addresses.stream().allMatch(networks::allow)
                ? Future.succeededFuture(addresses.get(0))
                : Future.failedFuture(new ForbiddenAddressException());
    }

    @Override
    public void close() {
        resolver.close();
    }
}
