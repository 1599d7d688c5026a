package dev.writ.gateway.identity;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Principal;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Who is calling, in the request at hand. */
@ApplicationScoped
public class Callers implements Actors {

    private final SecurityIdentity identity;
    private final Pseudonyms pseudonyms;

    Callers(SecurityIdentity identity, Pseudonyms pseudonyms) {
        this.identity = identity;
        this.pseudonyms = pseudonyms;
    }

    /** The caller, acting for nobody else. */
    public Principal principal() {
        return principal(Optional.empty());
    }

    /**
     * The caller, acting for that person.
     *
     * <p>A key has no person's roles to intersect with: those of the key are the effective ones, and it was made for exactly the
     * persons it lists.
     *
     * @param onBehalfOf the person, if any; a {@link Problem} if the caller's registration does not list it
     */
    public Principal principal(Optional<String> onBehalfOf) {
        ApiKey key = key();
        onBehalfOf.map(person -> Subject.parse("onBehalfOf", person)).ifPresent(subject -> {
            if (!key.subjects().contains(pseudonyms.of(subject.id()))) {
                throw new Problem(
                        ProblemType.FORBIDDEN,
                        "The key's registration does not list that person. Ask an administrator for a key whose 'subjects' do."
                                + " Nothing was executed.");
            }
        });
        return new Principal(key.principal(), onBehalfOf, key.id(), List.of(), key.roles(), "api-key");
    }

    @Override
    public Actor caller() {
        return Actor.of(principal());
    }

    /** The caller, as somebody who may decide escalations. */
    public Approver approver() {
        ApiKey key = key();
        return new Approver(principal(), key.groups(), pseudonyms.of(key.principal()), key.person());
    }

    /** Whether the caller's key lists the person of that pseudonym. */
    public boolean mayActFor(String pseudonym) {
        return key().subjects().contains(pseudonym);
    }

    /** The key that the caller presented. */
    ApiKey key() {
        return Optional.ofNullable(identity.getCredential(ApiKey.class))
                .orElseThrow(() -> new Problem(
                        ProblemType.UNAUTHENTICATED, "Send an API key: Authorization: Bearer writ_<id>_<secret>."));
    }
}
