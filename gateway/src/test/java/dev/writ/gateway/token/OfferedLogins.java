package dev.writ.gateway.token;

import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Issuers at which people sign in, and which nobody can reach. */
public final class OfferedLogins {

    private OfferedLogins() {}

    /** One, which knows the console by that client. */
    public static Logins of(String issuer, String client, InstantSource clock) {
        IssuerSettings settings = new IssuerSettings();
        settings.url = issuer;
        settings.clientId = Optional.of(client);
        IssuersConfig config = () -> Map.of("corp", settings);
        Fetch nobody = new Nobody();
        return new Logins(
                config,
                new Tokens(config, Optional.of(SignedTokens.AUDIENCE), nobody, clock),
                nobody,
                new SecureRandom(),
                clock);
    }

    private static final class Nobody implements Fetch {
        @Override
        public Uni<byte[]> get(URI from, Duration timeout) {
            return Uni.createFrom().failure(new IOException("nobody is there"));
        }

        @Override
        public Uni<Answer> post(URI to, Map<String, String> form, Optional<String> authorization, Duration timeout) {
            return Uni.createFrom().failure(new IOException("nobody is there"));
        }
    }
}
