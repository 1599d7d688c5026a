package dev.writ.gateway.identity;

import io.vertx.core.MultiMap;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * A request as far as it says who sends it, however it came.
 *
 * @param method of it
 * @param url of it, as its sender knows it; absent if the gateway does not
 * @param certificate that its sender has proved to have the key of
 */
public record Presented(MultiMap headers, String method, Optional<URI> url, Optional<X509Certificate> certificate) {

    /** It may hold credentials. */
    @Override
    public String toString() {
        return "Presented[" + method + "]";
    }
}
