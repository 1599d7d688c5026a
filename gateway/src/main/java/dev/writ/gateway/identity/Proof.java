package dev.writ.gateway.identity;

import dev.writ.model.Digest;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What proves that a caller holds a registered key. */
sealed interface Proof {

    /** The caller knows a secret that Writ made. */
    record Secret(Digest hash) implements Proof {

        /** Whether the presented key has this secret. Takes the same time whatever is wrong with it. */
        boolean isOpenedBy(PresentedKey presented) {
            return MessageDigest.isEqual(hash.bytes(), presented.secretHash().bytes());
        }

        @Override
        public <T> T fold(Function<Secret, T> secret, Function<Token, T> token, Function<Certificate, T> certificate) {
            return secret.apply(this);
        }

        @Override
        public String toString() {
            return "Secret";
        }
    }

    /**
     * An issuer of access tokens says so.
     *
     * @param issuer as its tokens name it in {@code iss}
     * @param client the OAuth client that acts
     * @param subject the {@code sub} of who acts; with a client too, both must fit
     * @param standsForAny whether it may stand for everybody whom the issuer names in {@code sub} while this client acts
     */
    record Token(String issuer, Optional<String> client, Optional<String> subject, boolean standsForAny)
            implements Proof {

        public Token {
            if (client.isEmpty() && subject.isEmpty()) {
                throw new IllegalArgumentException("a token is a client's or a subject's");
            }
        }

        @Override
        public <T> T fold(Function<Secret, T> secret, Function<Token, T> token, Function<Certificate, T> certificate) {
            return token.apply(this);
        }

        @Override
        public String toString() {
            return "Token[" + issuer + "]";
        }
    }

    /**
     * A certificate that the TLS trust store vouches for.
     *
     * @param name a SPIFFE id, or {@code sha256:} and the SHA-256 of the certificate in hexadecimal
     */
    record Certificate(String name) implements Proof {

        private static final Pattern SPIFFE =
                Pattern.compile("spiffe://[a-z0-9][a-z0-9._-]{0,254}(/[A-Za-z0-9._-]{1,255}){1,32}");

        /** SPIFFE-ID 2.2: no segment is relative. */
        private static final Pattern RELATIVE = Pattern.compile("/\\.{1,2}(/|$)");

        public Certificate {
            if (!isName(name)) {
                throw new IllegalArgumentException("a certificate is known by a SPIFFE id or by its SHA-256");
            }
        }

        static boolean isName(String text) {
            return Digest.isWellFormed(text)
                    || (SPIFFE.matcher(text).matches()
                            && !RELATIVE.matcher(text).find());
        }

        @Override
        public <T> T fold(Function<Secret, T> secret, Function<Token, T> token, Function<Certificate, T> certificate) {
            return certificate.apply(this);
        }
    }

    <T> T fold(Function<Secret, T> secret, Function<Token, T> token, Function<Certificate, T> certificate);
}
