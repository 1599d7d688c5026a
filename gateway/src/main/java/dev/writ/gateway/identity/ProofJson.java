package dev.writ.gateway.identity;

import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What proves a key, in its entry and in its row.
 *
 * <p>The leaf names issuers and clients, so that auditors see whose word is taken. A {@code sub} and the name in a certificate may
 * be a person's, and stand with the secret's hash in the entry's input.
 */
final class ProofJson {

    private static final String SECRET_HASH = "secretHash";
    private static final String TOKEN = "token";
    private static final String CERTIFICATE = "certificate";
    private static final String ISSUER = "issuer";
    private static final String CLIENT = "client";
    private static final String SUBJECT = "subject";
    private static final String STANDS_FOR_ANY = "standsForAny";

    private ProofJson() {}

    /** For the leaf; empty for a secret, of which it says nothing. */
    static Optional<JsonObject> open(Proof proof) {
        return proof.fold(
                secret -> Optional.empty(),
                token -> Optional.of(JsonObject.builder()
                        .put("kind", TOKEN)
                        .put(ISSUER, token.issuer())
                        .put(CLIENT, token.client())
                        .put(STANDS_FOR_ANY, token.standsForAny())
                        .build()),
                certificate -> Optional.of(
                        JsonObject.builder().put("kind", CERTIFICATE).build()));
    }

    /** Everything, for the input. */
    static JsonObject.Builder sealed(Proof proof) {
        return proof.fold(
                secret -> JsonObject.builder().put(SECRET_HASH, secret.hash().value()),
                token -> JsonObject.builder().put(TOKEN, token(token)),
                certificate -> JsonObject.builder().put(CERTIFICATE, certificate.name()));
    }

    /** Reads what {@link #sealed} wrote; empty if this version of Writ cannot. */
    static Optional<Proof> read(JsonObject sealed) {
        Optional<Proof> secret = sealed.text(SECRET_HASH).map(hash -> new Proof.Secret(new Digest(hash)));
        return secret.or(() -> sealed.object(TOKEN)
                        .flatMap(token -> token.text(ISSUER)
                                .map(issuer -> new Proof.Token(
                                        issuer,
                                        token.text(CLIENT),
                                        token.text(SUBJECT),
                                        token.isTrue(STANDS_FOR_ANY)))))
                .or(() -> sealed.text(CERTIFICATE).map(Proof.Certificate::new));
    }

    /** For the column {@code proof}; nothing for a secret, whose hash has a column of its own. */
    static String row(Proof proof) {
        return proof.fold(
                secret -> "",
                token -> sealed(token).build().toJson(),
                certificate -> sealed(certificate).build().toJson());
    }

    /** For the column {@code secret_hash}, in hexadecimal. */
    static String secretHash(Proof proof) {
        return proof.fold(secret -> HexFormat.of().formatHex(secret.hash().bytes()), token -> "", certificate -> "");
    }

    private static JsonObject token(Proof.Token token) {
        return JsonObject.builder()
                .put(ISSUER, token.issuer())
                .put(CLIENT, token.client())
                .put(SUBJECT, token.subject())
                .put(STANDS_FOR_ANY, token.standsForAny())
                .build();
    }
}
