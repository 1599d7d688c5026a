package dev.writ.gateway.authzen;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Hosts;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;

/** The URL under which the gateway is reached. */
@ApplicationScoped
class Addresses {

    private final AuthzenConfig config;
    private final Hosts hosts;

    Addresses(AuthzenConfig config, VertxHttpConfig http) {
        this.config = config;
        this.hosts = Hosts.of(http.host(), Set.of());
    }

    /**
     * As it is told to everybody. Whoever could choose it by the name that they send would have it kept by a cache in between, and others
     * would send them their keys.
     *
     * @throws Problem if it is not known
     */
    String published(HttpServerRequest request, UriInfo uri) {
        if (config.url().isEmpty()
                && hosts.named(request).filter(hosts::isKnown).isEmpty()) {
            throw new Problem(
                    ProblemType.NOT_FOUND,
                    "Under this host name nothing is told. The gateway's operator sets writ.authzen.url to the URL that it is"
                            + " reached under.");
        }
        return asAsked(uri);
    }

    /** As it is told to whoever sent that request, and to nobody else. */
    String asAsked(UriInfo uri) {
        return config.url().orElseGet(() -> uri.getBaseUri().toString()).replaceAll("/+$", "");
    }
}
