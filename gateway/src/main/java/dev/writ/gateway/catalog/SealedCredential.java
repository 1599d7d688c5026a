package dev.writ.gateway.catalog;

import dev.writ.audit.MasterKey;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.auditing.SealedSecret;
import dev.writ.model.Digest;
import java.security.SecureRandom;

/** A connector's credential as its row keeps it: sealed, and bound to the connector's name. */
final class SealedCredential {

    private final SealedSecret secret;

    private SealedCredential(SealedSecret secret) {
        this.secret = secret;
    }

    static SealedCredential of(String text) {
        return new SealedCredential(SealedSecret.of(text));
    }

    static SealedCredential seal(String connector, Secrets secrets, MasterKey master, SecureRandom random) {
        return new SealedCredential(SealedSecret.seal(owner(connector), secrets.toJson(), master, random));
    }

    /**
     * The credential.
     *
     * @throws VerificationException if it was changed, or belongs to another connector or master key
     */
    Secrets open(String connector, MasterKey master) {
        return Secrets.fromJson(secret.open(owner(connector), master));
    }

    String text() {
        return secret.text();
    }

    Digest digest() {
        return secret.digest();
    }

    private static String owner(String connector) {
        return "connector/" + connector;
    }

    @Override
    public String toString() {
        return "SealedCredential";
    }
}
