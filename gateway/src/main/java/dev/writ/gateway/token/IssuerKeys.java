package dev.writ.gateway.token;

import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The public keys of one issuer. A key that is gone from its set is not trusted any longer than {@code keep}. */
final class IssuerKeys {

    private final String name;
    private final Kept<List<JWK>> keys;

    IssuerKeys(
            String name, IssuersConfig.IssuerConfig config, IssuerMetadata metadata, Fetch fetch, InstantSource clock) {
        this.name = name;
        this.keys = new Kept<>(
                "keys",
                name,
                config,
                () -> config.jwks()
                        .map(uri -> Uni.createFrom().item(uri))
                        .orElseGet(() -> metadata.get().map(IssuerMetadata.Announced::keys))
                        .chain(at -> fetch.get(at, config.timeout()))
                        .map(IssuerKeys::parse),
                clock);
    }

    /** The keys that may have signed a token which names this one; all of them if it names none. */
    Uni<List<JWK>> find(Optional<String> keyId) {
        return keys.get(known -> !select(known, keyId).isEmpty())
                .map(known -> select(known, keyId))
                .onFailure()
                .transform(away -> Refusal.unreachable(name));
    }

    /** How it stands with them, for health. */
    String state() {
        return keys.state(known -> known.size() + " keys");
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

    private static List<JWK> select(List<JWK> keys, Optional<String> keyId) {
        return keys.stream()
                .filter(key -> keyId.isEmpty() || keyId.get().equals(key.getKeyID()))
                .toList();
    }
}
