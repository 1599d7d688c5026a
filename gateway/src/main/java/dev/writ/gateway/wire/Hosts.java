package dev.writ.gateway.wire;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names that the gateway knows it has: loopback names, what it listens on, and those that its operator lists. */
public final class Hosts {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> names;

    private Hosts(Set<String> names) {
        this.names = names;
    }

    /**
     * Those names.
     *
     * @param listened what the server binds, which names nothing if it is every address
     * @param further as its operator lists them
     */
    public static Hosts of(String listened, Collection<String> further) {
        return new Hosts(Stream.concat(Stream.of(listened), further.stream())
                .map(Hosts::bracketed)
                .filter(host -> !host.equals("0.0.0.0") && !host.equals("[::]"))
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** The host that the request was sent to, as it says; empty if it names none, or several. */
    public Optional<String> named(HttpServerRequest request) {
        List<String> named = request.headers().getAll(HttpHeaders.HOST);
        if (named.size() > 1) {
            return Optional.empty();
        }
        return request.authority() == null
                ? named.stream().findFirst()
                : Optional.of(bracketed(request.authority().host()));
    }

    public boolean isKnown(String host) {
        return LOOPBACK.contains(bracketed(host)) || names.contains(bracketed(host));
    }

    private static String bracketed(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower;
    }
}
