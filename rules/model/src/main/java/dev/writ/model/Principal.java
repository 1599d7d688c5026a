package dev.writ.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is calling, as the gateway verified it.
 *
 * @param agent the registered agent or user that acts
 * @param onBehalfOf the person whose authority it uses
 * @param client the credential presented, for example a key id
 * @param actorChain who acted for whom before this one, outermost first (RFC 8693 {@code act})
 * @param roles effective ones: the agent's and the person's, intersected
 * @param assurance how the identity was established, for example {@code api-key}
 * @param build what the agent is made of, as far as somebody said so
 */
public record Principal(
        String agent,
        Optional<String> onBehalfOf,
        String client,
        List<String> actorChain,
        Set<Role> roles,
        String assurance,
        AgentBuild build) {

    /** Of whose agent nobody said what it is made of. */
    public Principal(
            String agent,
            Optional<String> onBehalfOf,
            String client,
            List<String> actorChain,
            Set<Role> roles,
            String assurance) {
        this(agent, onBehalfOf, client, actorChain, roles, assurance, AgentBuild.UNKNOWN);
    }

    public Principal {
        actorChain = List.copyOf(actorChain);
        roles = Collections.unmodifiableSet(new TreeSet<>(roles));
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    @Override
    public String toString() {
        return "Principal[" + agent + "]";
    }
}
