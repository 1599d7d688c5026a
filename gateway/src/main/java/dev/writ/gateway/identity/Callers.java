package dev.writ.gateway.identity;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Principal;
import dev.writ.model.ToolName;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
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
     * <p>Nobody's roles are intersected here: those of the key are the effective ones, whomever it stands for, and it was made for
     * exactly the persons it lists, or for those whom an issuer vouches for.
     *
     * @param onBehalfOf the person, if the request names one. A token that names a person is used for that one and nobody else,
     *     whether or not the request names them. A {@link Problem} if the caller may not stand for that person.
     */
    public Principal principal(Optional<String> onBehalfOf) {
        Caller caller = presented();
        ApiKey key = caller.key();
        onBehalfOf
                .map(person -> Subject.parse("onBehalfOf", person))
                .ifPresent(subject -> requireMayActFor(caller, subject));
        return new Principal(
                key.principal(),
                caller.person().or(() -> onBehalfOf),
                key.id(),
                caller.actorChain(),
                key.roles(),
                caller.assurance(),
                caller.build());
    }

    /** Pseudonym of the person of {@link #principal(Optional)}, if there is one. */
    public Optional<String> subject(Optional<String> onBehalfOf) {
        return principal(onBehalfOf).onBehalfOf().map(pseudonyms::of);
    }

    private void requireMayActFor(Caller caller, Subject subject) {
        if (caller.person().isPresent()) {
            if (!caller.person().get().equals(subject.id())) {
                throw new Problem(
                        ProblemType.FORBIDDEN,
                        "The token is another person's. Send the token of that person, or leave out 'onBehalfOf'. Nothing was executed.");
            }
        } else if (!caller.key().subjects().contains(pseudonyms.of(subject.id()))) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The key's registration does not list that person. Ask an administrator for a key whose 'subjects' do."
                            + " Nothing was executed.");
        }
    }

    /** Whether the caller's key may be used for that tool. What rules say of it is another question. */
    public boolean mayCall(ToolName tool) {
        return key().tools().cover(tool);
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

    /** Whether the caller may stand for the person of that pseudonym, with what was presented. */
    public boolean mayActFor(String pseudonym) {
        Caller caller = presented();
        return caller.person()
                .map(person -> pseudonyms.of(person).equals(pseudonym))
                .orElseGet(() -> caller.key().subjects().contains(pseudonym));
    }

    /** The registered key of the caller. */
    ApiKey key() {
        return presented().key();
    }

    private Caller presented() {
        return Optional.ofNullable(identity.getCredential(Caller.class)).orElseThrow(ProblemMapper::unauthenticated);
    }
}
