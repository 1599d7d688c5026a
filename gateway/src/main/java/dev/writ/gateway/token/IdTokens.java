package dev.writ.gateway.token;

import com.nimbusds.jose.JWSObject;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks ID tokens of one issuer for one client: each is good for one sign-in (OpenID Connect Core 1.0 3.1.3.7). */
final class IdTokens {

    /** Access tokens and others say what they are. */
    private static final Set<String> TYPES = Set.of("", "jwt");

    private static final int MOST_METHODS = 16;

    private final String client;
    private final IssuersConfig.IssuerConfig config;
    private final Issuer issuer;
    private final InstantSource clock;

    IdTokens(String client, IssuersConfig.IssuerConfig config, Issuer issuer, InstantSource clock) {
        this.client = client;
        this.config = config;
        this.issuer = issuer;
        this.clock = clock;
    }

    /**
     * Who somebody is, as that token says.
     *
     * @param accessToken that came with it
     * @param nonce of the sign-in that it has to be for
     * @return fails with a {@link dev.writ.gateway.problem.Problem}
     */
    Uni<LoggedIn> verified(String text, Optional<String> accessToken, String nonce) {
        JWSObject token = Tokens.parse(text);
        Claims unchecked = Claims.read(token.getPayload().toBytes());
        if (!unchecked.issuer().equals(config.url())) {
            throw Refusal.because("its issuer is not the one that was asked");
        }
        return issuer.signed(token, unchecked, TYPES).map(claims -> {
            requireClient(claims);
            requireTime(claims);
            if (!isSame(nonce, claims.members().text("nonce").orElse(""))) {
                throw Refusal.because("it was made for another sign-in ('nonce')");
            }
            accessToken.ifPresent(access ->
                    requireHash(claims, access, token.getHeader().getAlgorithm().getName()));
            return loggedIn(claims);
        });
    }

    private void requireClient(Claims claims) {
        claims.requireAudience(Set.of(client));
        Optional<String> party = claims.name("azp");
        if (party.isPresent() ? !party.get().equals(client) : claims.audience().size() > 1) {
            throw Refusal.because("it was issued to another client ('azp')");
        }
    }

    private void requireTime(Claims claims) {
        claims.requireTime(clock.instant(), config.clockSkew());
        if (claims.time("iat").isEmpty()) {
            throw Refusal.because("it does not say when it was made");
        }
    }

    private LoggedIn loggedIn(Claims claims) {
        Optional<Instant> at = claims.time("auth_time");
        config.signIn().maxAge().ifPresent(age -> {
            Instant earliest = clock.instant().minus(age).minus(config.clockSkew());
            if (at.filter(login -> !login.isBefore(earliest)).isEmpty()) {
                throw Refusal.because("it does not say that its subject logged in within " + age.toSeconds() + " s");
            }
        });
        Optional<String> context = claims.name("acr");
        config.signIn().acrValues().ifPresent(values -> {
            if (context.filter(values::contains).isEmpty()) {
                throw Refusal.because("its subject did not log in in a way that is asked for here ('acr')");
            }
        });
        return new LoggedIn(config.url(), client, claims.subject(), context, methods(claims), at);
    }

    private static List<String> methods(Claims claims) {
        return claims.texts("amr").stream()
                .filter(method -> !method.isBlank() && method.length() <= 64)
                .limit(MOST_METHODS)
                .toList();
    }

    /** 3.1.3.6: the left half of the access token's digest. */
    private static void requireHash(Claims claims, String accessToken, String algorithm) {
        Optional<String> stated = claims.name("at_hash");
        if (stated.isPresent() && !isSame(hash(accessToken, algorithm), stated.get())) {
            throw Refusal.because("it belongs to another access token ('at_hash')");
        }
    }

    private static String hash(String accessToken, String algorithm) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-" + algorithm.substring(2))
                    .digest(accessToken.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, digest.length / 2));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isSame(String expected, String presented) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }
}
