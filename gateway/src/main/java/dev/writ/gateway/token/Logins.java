package dev.writ.gateway.token;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks issuers who somebody is who sits at a browser (OpenID Connect Core 1.0, authorization code flow). What comes of it is who they are;
 * what they may do, no issuer says.
 */
@Startup
@ApplicationScoped
public class Logins {

    /**
     * An issuer at which people sign in.
     *
     * @param name in the configuration
     * @param label for people
     */
    public record Offer(String name, String label) {}

    /**
     * A sign-in that was begun.
     *
     * @param at where the browser goes now
     * @param pending what the same browser has to bring back
     */
    public record Begun(URI at, PendingLogin pending) {}

    private final Map<String, RelyingParty> byName = new TreeMap<>();

    @Inject
    Logins(IssuersConfig config, Tokens tokens, SecureRandom random, InstantSource clock) {
        this(config, tokens, new HttpFetch(), random, clock);
    }

    Logins(IssuersConfig config, Tokens tokens, Fetch fetch, SecureRandom random, InstantSource clock) {
        config.issuers()
                .forEach((name, issuer) -> issuer.signIn()
                        .clientId()
                        .ifPresent(client -> byName.put(
                                name,
                                new RelyingParty(
                                        name, client, issuer, tokens.issuer(issuer.url()), fetch, random, clock))));
    }

    /** The issuers at which people sign in, by name. */
    public List<Offer> offers() {
        return byName.values().stream().map(RelyingParty::offer).toList();
    }

    /** Whether people sign in at that issuer, by that client. */
    public boolean areOffered(String issuer, String client) {
        return byName.values().stream().anyMatch(party -> party.isFor(issuer, client));
    }

    /**
     * Begins a sign-in.
     *
     * @param name of the issuer
     * @param back where its people are sent back to, which the issuer has to know
     * @param again whether whoever has logged in there already is to be asked all the same
     * @return may come on another thread; fails with a {@link Problem}
     */
    public Uni<Begun> begin(String name, URI back, boolean again) {
        return party(name).begin(back, again);
    }

    /**
     * Ends a sign-in with what the issuer sent the browser back with.
     *
     * @param pending as {@link #begin} made it, brought by the same browser
     * @param returned the parameters of the query, with all values of each
     * @return may come on another thread; fails with a {@link Problem} that says what is wrong and what to do
     */
    public Uni<LoggedIn> end(PendingLogin pending, Map<String, List<String>> returned) {
        return party(pending.issuer()).end(pending, returned);
    }

    private RelyingParty party(String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() ->
                        new Problem(ProblemType.NOT_FOUND, "Nobody signs in there. Open the sign-in page and choose."));
    }
}
