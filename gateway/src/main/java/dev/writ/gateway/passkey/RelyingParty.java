package dev.writ.gateway.passkey;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What passkeys are for.
 *
 * @param rpId a domain
 * @param origins of the pages that may ask for them
 */
record RelyingParty(String rpId, Set<String> origins) {

    private static final String SETTINGS = "writ.passkey.rp-id and writ.passkey.origins";

    RelyingParty {
        origins = Set.copyOf(origins);
        if (origins.isEmpty()) {
            throw new IllegalArgumentException(SETTINGS + ": at least one origin has to be named");
        }
        for (String origin : origins) {
            require(rpId, origin);
        }
    }

    /**
     * As it is configured; empty if it is not.
     *
     * @throws IllegalArgumentException if it is half configured, or could not work
     */
    static Optional<RelyingParty> of(PasskeyConfig config) {
        if (config.rpId().isEmpty() && config.origins().isEmpty()) {
            return Optional.empty();
        }
        if (config.rpId().isEmpty() || config.origins().isEmpty()) {
            throw new IllegalArgumentException(SETTINGS + " go together");
        }
        return Optional.of(new RelyingParty(
                config.rpId().get(), Set.copyOf(config.origins().orElseGet(List::of))));
    }

    private static void require(String rpId, String origin) {
        URI uri = URI.create(origin);
        String host = uri.getHost() == null ? "" : uri.getHost();
        boolean isWritten =
                origin.equals(uri.getScheme() + "://" + host + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
        if (!isWritten || !origin.equals(origin.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    SETTINGS + ": an origin is https:// and a host, and a port if it is another than 443");
        }
        if (!host.equals(rpId) && !host.endsWith("." + rpId)) {
            throw new IllegalArgumentException(SETTINGS + ": every origin is of the domain rp-id, or below it");
        }
        if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && host.equals("localhost"))) {
            throw new IllegalArgumentException(
                    SETTINGS + ": browsers have passkeys on https only, or on http://localhost");
        }
    }
}
