package dev.writ.connect.net;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What an authorization server knows the gateway by, which gets access tokens there for itself (RFC 6749 4.4).
 *
 * @param tokenUrl its token endpoint
 * @param plainHttpAllowed whether that may be {@code http}
 * @param scope asked for; absent for what the server gives by itself
 * @param resource that the tokens are for (RFC 8707)
 */
public record ClientCredentials(
        URI tokenUrl,
        boolean plainHttpAllowed,
        String client,
        String secret,
        Authentication authentication,
        Optional<String> scope,
        Optional<String> resource) {

    private static final int SHORTEST = 8;
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** How the client says who it is (RFC 6749 2.3.1). */
    public enum Authentication {
        /** {@code client_secret_basic}. */
        BASIC,
        /** {@code client_secret_post}. */
        POST;

        /**
         * Reads {@code basic} or {@code post}.
         *
         * @throws IllegalArgumentException if it is neither
         */
        public static Authentication parse(String text) {
            return switch (text) {
                case "basic" -> BASIC;
                case "post" -> POST;
                default -> throw new IllegalArgumentException("a client's authentication is basic or post");
            };
        }
    }

    public ClientCredentials {
        String scheme = String.valueOf(tokenUrl.getScheme()).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || (scheme.equals("http") && !plainHttpAllowed)) {
            throw new IllegalArgumentException(
                    "a token URL starts with https://, or with http:// where the operator allows plain HTTP");
        }
        if (tokenUrl.getHost() == null || tokenUrl.getRawUserInfo() != null || tokenUrl.getRawFragment() != null) {
            throw new IllegalArgumentException("a token URL has a host, and no user or fragment");
        }
        if (client.isBlank() || secret.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "a client has an id, and a secret of at least " + SHORTEST + " characters");
        }
    }

    boolean isSecure() {
        return "https".equalsIgnoreCase(tokenUrl.getScheme());
    }

    int port() {
        if (tokenUrl.getPort() >= 0) {
            return tokenUrl.getPort();
        }
        return isSecure() ? 443 : 80;
    }

    @Override
    public String toString() {
        return "ClientCredentials[" + client + "]";
    }
}
