package dev.writ.gateway.mcp;

import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which hosts requests may be addressed to and which pages may send them, so that no page in somebody's browser reaches a gateway that
 * listens only there (DNS rebinding).
 */
@ApplicationScoped
class Doors {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> hosts;

    Doors(McpConfig config, VertxHttpConfig http) {
        this.hosts = Stream.concat(Stream.of(http.host()), config.hosts().orElseGet(Set::of).stream())
                .map(Doors::bracketed)
                .filter(host -> !host.equals("0.0.0.0") && !host.equals("[::]"))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Why the request may not come in, if it may not. */
    Optional<String> refusal(HttpServerRequest request) {
        List<String> named = request.headers().getAll(HttpHeaders.HOST);
        Optional<String> host = request.authority() == null
                ? named.stream().findFirst()
                : Optional.of(bracketed(request.authority().host()));
        if (named.size() > 1 || host.filter(this::isKnown).isEmpty()) {
            return Optional.of("This host name is not the gateway's. Its operator lists names in writ.mcp.hosts.");
        }
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        if (origins.size() > 1 || !origins.stream().allMatch(this::isKnownOrigin)) {
            return Optional.of(
                    "Pages of this origin may not call the gateway. Its operator lists names in writ.mcp.hosts.");
        }
        return Optional.empty();
    }

    private boolean isKnownOrigin(String origin) {
        try {
            URI uri = new URI(origin);
            return uri.getHost() != null && isKnown(bracketed(uri.getHost()));
        } catch (URISyntaxException none) {
            return false;
        }
    }

    private boolean isKnown(String host) {
        return LOOPBACK.contains(host) || hosts.contains(host);
    }

    private static String bracketed(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower;
    }
}
