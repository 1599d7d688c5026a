package dev.writ.gateway.token;

import dev.writ.model.AgentBuild;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an issuer signed, of an access token that is for this gateway and valid now.
 *
 * @param issuer {@code iss}
 * @param subject {@code sub}: whose authority it is
 * @param client the OAuth client that it was issued to
 * @param actors {@code act}: who acts now, and before that, outermost first (RFC 8693 4.1)
 * @param build what the issuer attests of the agent
 */
public record VerifiedToken(
        String issuer, String subject, Optional<String> client, List<Actor> actors, AgentBuild build, Binding binding) {

    /**
     * Somebody who acts, or did.
     *
     * @param issuer of the name, if it is not the token's
     * @param client that the actor is, if the token says
     */
    public record Actor(Optional<String> issuer, String subject, Optional<String> client) {

        /** The name, and whose it is if it is not the token's issuer's. */
        public String text() {
            return issuer.map(other -> subject + " " + other).orElse(subject);
        }

        @Override
        public String toString() {
            return "Actor";
        }
    }

    /** The key that whoever presents the token must prove to have. */
    public sealed interface Binding {

        /** None: whoever has the token may use it (RFC 6750). */
        record Bearer() implements Binding {
            @Override
            public <T> T fold(
                    Function<Bearer, T> bearer, Function<Proof, T> proof, Function<Certificate, T> certificate) {
                return bearer.apply(this);
            }
        }

        /**
         * A key that signs proofs.
         *
         * @param thumbprint of it (RFC 9449 6.1)
         */
        record Proof(String thumbprint) implements Binding {
            @Override
            public <T> T fold(
                    Function<Bearer, T> bearer, Function<Proof, T> proof, Function<Certificate, T> certificate) {
                return proof.apply(this);
            }
        }

        /**
         * A TLS client certificate.
         *
         * @param thumbprint of it (RFC 8705 3.1)
         */
        record Certificate(String thumbprint) implements Binding {
            @Override
            public <T> T fold(
                    Function<Bearer, T> bearer, Function<Proof, T> proof, Function<Certificate, T> certificate) {
                return certificate.apply(this);
            }
        }

        <T> T fold(Function<Bearer, T> bearer, Function<Proof, T> proof, Function<Certificate, T> certificate);
    }

    public VerifiedToken {
        actors = List.copyOf(actors);
    }

    @Override
    public String toString() {
        return "VerifiedToken[" + issuer + "]";
    }
}
