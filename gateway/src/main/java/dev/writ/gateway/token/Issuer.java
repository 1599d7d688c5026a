package dev.writ.gateway.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import dev.writ.model.AgentBuild;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One trusted issuer: says whether it signed a token, for us, and that the token is valid now (RFC 9068 4). */
final class Issuer {

    /** Signatures with a public key only: with HMAC, whoever knows that key could sign. */
    private static final Set<JWSAlgorithm> KNOWN = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** MCP clients ask for tokens for the endpoint. */
    private static final String MCP = "/mcp";

    private final String name;
    private final IssuersConfig.IssuerConfig config;
    private final Set<String> audience;
    private final Set<JWSAlgorithm> algorithms;
    private final Set<String> types;
    private final IssuerMetadata metadata;
    private final IssuerKeys keys;
    private final InstantSource clock;

    Issuer(
            String name,
            IssuersConfig.IssuerConfig config,
            Optional<String> resource,
            Fetch fetch,
            InstantSource clock) {
        this.name = name;
        this.config = config;
        this.audience = Set.copyOf(config.audience()
                .orElse(resource.map(url -> List.of(url, url + MCP)).orElse(List.of())));
        this.algorithms = config.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
        this.types = config.types().stream().map(Issuer::type).collect(Collectors.toSet());
        this.metadata = new IssuerMetadata(name, config, fetch, clock);
        this.keys = new IssuerKeys(name, config, metadata, fetch, clock);
        this.clock = clock;
        requireSense();
    }

    String name() {
        return name;
    }

    String url() {
        return config.url();
    }

    String state() {
        return keys.state();
    }

    Uni<IssuerMetadata.Announced> metadata() {
        return metadata.get();
    }

    /**
     * The same claims, once it is found that this issuer signed them.
     *
     * @param types that {@code typ} of the header may be, in lower case and without {@code application/}; one may be empty
     */
    Uni<Claims> signed(JWSObject token, Claims claims, Set<String> types) {
        JWSHeader header = token.getHeader();
        requireForm(header, types);
        return keys.find(Optional.ofNullable(header.getKeyID())).map(candidates -> {
            requireSignature(token, candidates);
            return claims;
        });
    }

    /** @param unchecked its claims, of which only the issuer was looked at */
    Uni<VerifiedToken> verify(JWSObject token, Claims unchecked) {
        return signed(token, unchecked, types).map(claims -> {
            claims.requireAudience(audience);
            claims.requireTime(clock.instant(), config.clockSkew());
            VerifiedToken verified = new VerifiedToken(
                    config.url(),
                    claims.subject(),
                    client(claims),
                    claims.actors(config.actorsAreClients()),
                    new AgentBuild(
                            attested(claims, config.releaseClaim()),
                            attested(claims, config.modelClaim()),
                            attested(claims, config.promptClaim())),
                    claims.binding());
            if (config.bound() && verified.binding() instanceof VerifiedToken.Binding.Bearer) {
                throw Refusal.because("it is bound to no key of yours, and its issuer's must be (DPoP or mTLS)");
            }
            return verified;
        });
    }

    private void requireForm(JWSHeader header, Set<String> types) {
        if (!algorithms.contains(header.getAlgorithm())) {
            throw Refusal.because("it is signed with an algorithm that is not taken");
        }
        if (!types.contains(
                header.getType() == null ? "" : type(header.getType().getType()))) {
            throw Refusal.because("its 'typ' is that of another kind of token");
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            throw Refusal.because("its header has critical members that are not known here");
        }
    }

    private static void requireSignature(JWSObject token, List<JWK> candidates) {
        if (candidates.isEmpty()) {
            throw Refusal.because("its key is none of its issuer's");
        }
        if (candidates.stream().noneMatch(key -> isSignedBy(token, key))) {
            throw Refusal.because("its signature is not valid");
        }
    }

    static boolean isSignedBy(JWSObject token, JWK key) {
        JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
        if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
            return false;
        }
        try {
            return token.verify(new DefaultJWSVerifierFactory()
                    .createJWSVerifier(token.getHeader(), ((AsymmetricJWK) key).toPublicKey()));
        } catch (JOSEException unfit) {
            // A key of another kind than the algorithm's.
            return false;
        }
    }

    private Optional<String> client(Claims claims) {
        return config.clientClaim()
                .map(claims::name)
                .orElseGet(() -> claims.name("client_id").or(() -> claims.name("azp")));
    }

    private static Optional<AgentBuild.Part> attested(Claims claims, Optional<String> claim) {
        return claim.flatMap(claims::name).map(value -> {
            if (!AgentBuild.Part.isWellFormed(value)) {
                throw Refusal.because("what it says of the agent's build has 1 to 128 letters, digits and '._:/@+-'");
            }
            return new AgentBuild.Part(value, AgentBuild.Word.ATTESTED);
        });
    }

    /** RFC 7515 4.1.9: without a slash it is short for {@code application/}; case does not matter. */
    private static String type(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
    }

    /** A gateway that would take tokens for anybody, or signatures of anybody, does not start. */
    private void requireSense() {
        String setting = "writ.issuers." + name;
        if (audience.isEmpty()) {
            throw new IllegalArgumentException(
                    setting + ".audience is missing, and writ.identity.resource, which would stand in for it, is too");
        }
        if (!KNOWN.containsAll(algorithms) || algorithms.isEmpty()) {
            throw new IllegalArgumentException(setting + ".algorithms are of RS, PS and ES 256, 384 and 512");
        }
        if (!HttpFetch.isSafe(URI.create(config.url()))
                || config.jwks().filter(uri -> !HttpFetch.isSafe(uri)).isPresent()) {
            throw new IllegalArgumentException(setting + ".url and .jwks begin with https://");
        }
    }
}
