package dev.writ.gateway.token;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The issuers whose access tokens are taken. There are none unless the operator names some. */
@ConfigMapping(prefix = "writ.issuers")
interface IssuersConfig {

    /** By a name of the operator's, which stands in health and in log lines. */
    @WithParentName
    Map<String, IssuerConfig> issuers();

    /** One issuer. */
    interface IssuerConfig {

        /** What its tokens say in {@code iss}, to the letter; its metadata is found below it. */
        String url();

        /** A token must be for one of these. Default: {@code writ.identity.resource}, and without that the start stops. */
        Optional<List<String>> audience();

        /** Where its keys are. Default: what its OpenID or OAuth metadata says. */
        Optional<URI> jwks();

        /** Signatures that are taken, of RS, PS and ES 256, 384 and 512. */
        @WithDefault("RS256,PS256,ES256")
        List<String> algorithms();

        /** Values of {@code typ} in the header that are taken. */
        @WithDefault("at+jwt,JWT")
        List<String> types();

        /** The claim that names the OAuth client. Default: {@code client_id}, else {@code azp}. */
        Optional<String> clientClaim();

        /**
         * Whether {@code sub} of an actor in {@code act} is the id of a client, as with issuers where only clients act. Not where users
         * choose what their {@code sub} is: one of them could call himself like a client.
         */
        @WithDefault("false")
        boolean actorsAreClients();

        /** The claim that names the release of the agent, attested by the issuer. */
        Optional<String> releaseClaim();

        /** The claim that names the model of the agent, attested by the issuer. */
        Optional<String> modelClaim();

        /** The claim with the digest of the agent's prompt, attested by the issuer. */
        Optional<String> promptClaim();

        /** Whether only tokens are taken that are bound to a key of the caller's (DPoP or mTLS). */
        @WithDefault("false")
        boolean bound();

        /** By how much its clock and ours may differ. */
        @WithDefault("30s")
        Duration clockSkew();

        /** How old its keys may get before they are fetched again. */
        @WithDefault("10m")
        Duration refresh();

        /** How long its keys are not fetched again after they were, whatever keys tokens name: strangers could make the gateway ask. */
        @WithDefault("10s")
        Duration pause();

        /** How old its keys may get while it cannot be reached; then its tokens are refused. */
        @WithDefault("1h")
        Duration keep();

        /** How long a request waits for its keys. */
        @WithDefault("3s")
        Duration timeout();

        /** People sign in to the console at this issuer, if there is a client id. */
        SignInConfig signIn();
    }

    /** The console as a client of an issuer. */
    interface SignInConfig {

        /** What the issuer knows the console by. Without it nobody signs in there. */
        Optional<String> clientId();

        /** File with the client's secret, sent as {@code client_secret_basic}. Without it the client is a public one. */
        Optional<Path> clientSecretFile();

        /** What the sign-in page calls the issuer. Default: its name. */
        Optional<String> label();

        /** What is asked for; {@code openid} is enough. */
        @WithDefault("openid")
        List<String> scopes();

        /** How long ago somebody may have logged in at the issuer at most. Without it the issuer decides. */
        Optional<Duration> maxAge();

        /** How they must have logged in there: one of these has to be the ID token's {@code acr}. Without it the issuer decides. */
        Optional<List<String>> acrValues();
    }
}
