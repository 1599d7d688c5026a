package dev.writ.gateway.identity;

import java.util.Optional;

/**
 * Whom somebody else's signature names: what a key is looked up by when no secret names it. Two keys with the same holder are one
 * that takes over from the other.
 *
 * @param authority issuer of tokens; empty for certificates
 * @param client OAuth client, or empty
 * @param name {@code sub}, or the name in the certificate, or empty
 */
record Holder(String authority, String client, String name) {

    static Holder of(Proof.Token token) {
        return new Holder(
                token.issuer(), token.client().orElse(""), token.subject().orElse(""));
    }

    static Holder of(Proof.Certificate certificate) {
        return new Holder("", "", certificate.name());
    }

    /** Empty for a secret: that names nobody. */
    static Optional<Holder> of(Proof proof) {
        return proof.fold(
                secret -> Optional.empty(),
                token -> Optional.of(of(token)),
                certificate -> Optional.of(of(certificate)));
    }

    @Override
    public String toString() {
        return "Holder";
    }
}
