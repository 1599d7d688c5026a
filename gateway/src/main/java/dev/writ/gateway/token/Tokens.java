package dev.writ.gateway.token;

import com.nimbusds.jose.JWSObject;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Verifies access tokens (RFC 9068) of the issuers that the operator trusts. Off unless there is one. What a token says is who sends
 * a request; what they may do, it does not say.
 */
@Startup
@ApplicationScoped
public class Tokens {

    private static final int LONGEST = 12 * 1024;

    /** By their URL. */
    private final Map<String, Issuer> issuers = new LinkedHashMap<>();

    @Inject
    Tokens(
            IssuersConfig config,
            @ConfigProperty(name = "writ.identity.resource") Optional<String> resource,
            InstantSource clock) {
        this(config, resource, new HttpFetch(), clock);
    }

    Tokens(IssuersConfig config, Optional<String> resource, Fetch fetch, InstantSource clock) {
        config.issuers().forEach((name, issuer) -> {
            if (issuers.put(issuer.url(), new Issuer(name, issuer, resource, fetch, clock)) != null) {
                throw new IllegalArgumentException("writ.issuers." + name + ".url is another issuer's too");
            }
        });
    }

    /** Whether tokens are taken at all. */
    public boolean areTaken() {
        return !issuers.isEmpty();
    }

    /** Whether tokens of that issuer are taken. */
    public boolean isTrusted(String issuer) {
        return issuers.containsKey(issuer);
    }

    /** The URLs of the issuers whose tokens are taken. */
    public List<String> urls() {
        return List.copyOf(issuers.keySet());
    }

    /**
     * What that token says.
     *
     * <p>May ask its issuer for keys; then the answer comes on another thread.
     *
     * @return fails with a {@link dev.writ.gateway.problem.Problem}, {@code unauthenticated} if the token is not to be taken, and
     *     {@code not-ready} if that cannot be found out now
     */
    public Uni<VerifiedToken> verify(String token) {
        return Uni.createFrom().deferred(() -> {
            JWSObject parsed = parse(token);
            Claims claims = Claims.read(parsed.getPayload().toBytes());
            return Optional.ofNullable(issuers.get(claims.issuer()))
                    .orElseThrow(() -> Refusal.because("its issuer is none that this gateway trusts"))
                    .verify(parsed, claims);
        });
    }

    Collection<Issuer> issuers() {
        return issuers.values();
    }

    /** Of a trusted issuer, by its URL. */
    Issuer issuer(String url) {
        return Optional.ofNullable(issuers.get(url)).orElseThrow();
    }

    /** Refuses what is no signed JWT, and so {@code alg: none} too. */
    static JWSObject parse(String token) {
        if (token.length() > LONGEST) {
            throw Refusal.because("it is longer than " + LONGEST + " characters");
        }
        try {
            return JWSObject.parse(token);
        } catch (ParseException | IllegalArgumentException none) {
            throw Refusal.because("it is no signed JWT");
        }
    }
}
