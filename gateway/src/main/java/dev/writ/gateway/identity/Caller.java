package dev.writ.gateway.identity;

import dev.writ.model.AgentBuild;
import io.quarkus.security.credential.Credential;
import java.util.List;
import java.util.Optional;

/**
 * Who sent a request, as what they presented proved it.
 *
 * @param key the registration: all that they may do
 * @param assurance how it was proved
 * @param person whose authority the presented token gives, if it names a person; it can be used for nobody else
 * @param actorChain who acted for whom before, outermost first
 */
record Caller(ApiKey key, String assurance, Optional<String> person, List<String> actorChain, AgentBuild build)
        implements Credential {

    static final String API_KEY = "api-key";

    Caller {
        actorChain = List.copyOf(actorChain);
    }

    /** Somebody who knows that key's secret. */
    static Caller of(ApiKey key) {
        return of(key, API_KEY);
    }

    /** Somebody who acts for nobody else, as the holder of that key. */
    static Caller of(ApiKey key, String assurance) {
        return new Caller(key, assurance, Optional.empty(), List.of(), AgentBuild.UNKNOWN);
    }

    /** The same, with what the request says of the agent and the token does not. */
    Caller claiming(AgentBuild claimed) {
        return new Caller(key, assurance, person, actorChain, build.or(claimed));
    }

    @Override
    public String toString() {
        return "Caller[" + key + "]";
    }
}
