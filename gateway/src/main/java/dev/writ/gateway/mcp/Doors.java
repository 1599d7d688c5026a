package dev.writ.gateway.mcp;

import dev.writ.gateway.wire.Hosts;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which hosts requests may be addressed to and which pages may send them, so that no page in somebody's browser reaches a gateway that
 * listens only there (DNS rebinding).
 */
@ApplicationScoped
class Doors {

    private final Hosts hosts;

    Doors(McpConfig config, VertxHttpConfig http) {
        this.hosts = Hosts.of(http.host(), config.hosts().orElseGet(Set::of));
    }

    /** Why the request may not come in, if it may not. */
    Optional<String> refusal(HttpServerRequest request) {
        if (hosts.named(request).filter(hosts::isKnown).isEmpty()) {
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
            return uri.getHost() != null && hosts.isKnown(uri.getHost());
        } catch (URISyntaxException none) {
            return false;
        }
    }
}
