package dev.writ.gateway.token;

import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The public keys of one issuer: fetched when the first token of it comes, and again when they are old or a token names one that is
 * not there. A key that is gone from its set is not trusted any longer than {@code keep}.
 */
final class IssuerKeys {

    private static final Logger LOG = Logger.getLogger(IssuerKeys.class);
    private static final JsonLimits LIMITS = new JsonLimits(256 * 1024, 24);
    private static final List<String> METADATA =
            List.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server");

    /** @param at when they were fetched */
    private record Held(List<JWK> keys, Instant at) {}

    private final String name;
    private final IssuersConfig.IssuerConfig config;
    private final Fetch fetch;
    private final InstantSource clock;

    private volatile Optional<Uni<Held>> underWay = Optional.empty();
    private volatile Optional<Held> held = Optional.empty();
    private volatile Instant lastAttempt = Instant.MIN;
    private volatile Optional<String> trouble = Optional.empty();

    IssuerKeys(String name, IssuersConfig.IssuerConfig config, Fetch fetch, InstantSource clock) {
        this.name = name;
        this.config = config;
        this.fetch = fetch;
        this.clock = clock;
    }

    /** The keys that may have signed a token which names this one; all of them if it names none. */
    Uni<List<JWK>> find(Optional<String> keyId) {
        Instant now = clock.instant();
        Optional<Held> known = held;
        boolean isFresh = known.filter(keys -> now.isBefore(keys.at().plus(config.refresh())))
                .isPresent();
        if (isFresh && !select(known.get(), keyId).isEmpty()) {
            return Uni.createFrom().item(select(known.get(), keyId));
        }
        return refreshed(now)
                .map(keys -> select(keys, keyId))
                .onFailure()
                .recoverWithUni(() -> held.filter(keys -> now.isBefore(keys.at().plus(config.keep())))
                        .map(keys -> Uni.createFrom().item(select(keys, keyId)))
                        .orElseGet(() -> Uni.createFrom().failure(Refusal.unreachable(name))));
    }

    /** How it stands with them, for health. */
    String state() {
        return trouble.map(why -> "unreachable: " + why)
                .orElseGet(() -> held.map(keys -> keys.keys().size() + " keys").orElse("not asked yet"));
    }

    /** One fetch at a time, whoever asks; none so soon after another. */
    private synchronized Uni<Held> refreshed(Instant now) {
        Optional<Uni<Held>> running = underWay;
        if (running.isPresent()) {
            return running.get();
        }
        if (now.isBefore(lastAttempt.plus(config.pause()))) {
            return held.filter(keys -> trouble.isEmpty())
                    .map(keys -> Uni.createFrom().item(keys))
                    .orElseGet(() -> Uni.createFrom().failure(new IOException("asked a moment ago")));
        }
        Uni<Held> started = Uni.createFrom()
                .deferred(this::fetched)
                .onItemOrFailure()
                .invoke((keys, failure) -> ended(Optional.ofNullable(keys), Optional.ofNullable(failure)))
                .memoize()
                .indefinitely();
        underWay = Optional.of(started);
        lastAttempt = now;
        return started;
    }

    private void ended(Optional<Held> fetched, Optional<Throwable> failure) {
        if (fetched.isPresent()) {
            held = fetched;
            trouble = Optional.empty();
        }
        failure.ifPresent(why -> {
            trouble = Optional.of(why.getClass().getSimpleName());
            LOG.warnf("the keys of an issuer cannot be had issuer=%s cause=%s", name, why.toString());
        });
        underWay = Optional.empty();
    }

    private Uni<Held> fetched() {
        return location()
                .chain(keys -> fetch.get(keys, config.timeout()))
                .map(body -> new Held(parse(body), clock.instant()));
    }

    private Uni<URI> location() {
        return config.jwks()
                .map(uri -> Uni.createFrom().item(uri))
                .orElseGet(
                        () -> announced(METADATA.get(0)).onFailure().recoverWithUni(() -> announced(METADATA.get(1))));
    }

    /** OpenID Connect Discovery 4.3, RFC 8414 3.3: what it says it is must be what it was asked as. */
    private Uni<URI> announced(String path) {
        String base = config.url().endsWith("/")
                ? config.url().substring(0, config.url().length() - 1)
                : config.url();
        return fetch.get(URI.create(base + path), config.timeout()).map(body -> {
            if (!(JsonValue.parse(body, LIMITS) instanceof JsonObject metadata)
                    || metadata.text("issuer").filter(config.url()::equals).isEmpty()) {
                throw new IllegalStateException("the metadata is another issuer's");
            }
            return metadata.text("jwks_uri")
                    .map(URI::create)
                    .orElseThrow(() -> new IllegalStateException("the metadata names no keys"));
        });
    }

    private static List<JWK> parse(byte[] body) {
        try {
            return JWKSet.parse(new String(body, StandardCharsets.UTF_8)).getKeys().stream()
                    .filter(AsymmetricJWK.class::isInstance)
                    .filter(key -> key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
                    .map(JWK::toPublicJWK)
                    .toList();
        } catch (ParseException unreadable) {
            throw new IllegalStateException("the keys cannot be read", unreadable);
        }
    }

    private static List<JWK> select(Held keys, Optional<String> keyId) {
        return keys.keys().stream()
                .filter(key -> keyId.isEmpty() || keyId.get().equals(key.getKeyID()))
                .toList();
    }
}
