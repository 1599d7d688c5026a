package dev.writ.gateway.identity;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.VerifiedToken;
import dev.writ.gateway.token.VerifiedToken.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the registered key that a token speaks for.
 *
 * <p>Who acts is the outermost {@code act} if the token has one (RFC 8693 4.1), else its client. Whose authority it is stands in
 * {@code sub}, unless {@code sub} is the actor's own. Everything else, roles and scopes of the token included, grants nothing.
 */
@ApplicationScoped
class TokenCallers {

    /**
     * @param subject by which the issuer knows who acts
     * @param chain who acted before
     */
    private record Acting(Optional<String> client, String subject, Optional<String> person, List<String> chain) {}

    private final Directory directory;
    private final Pseudonyms pseudonyms;
    private final InstantSource clock;

    TokenCallers(Directory directory, Pseudonyms pseudonyms, InstantSource clock) {
        this.directory = directory;
        this.pseudonyms = pseudonyms;
        this.clock = clock;
    }

    /** Who acts by that token; a {@link Problem} if nobody is registered for it, or not for that person. */
    Caller caller(VerifiedToken token, String assurance) {
        Acting acting = acting(token);
        ApiKey key = key(token.issuer(), acting)
                .orElseThrow(() -> new Problem(
                        ProblemType.FORBIDDEN,
                        "No key is registered for who acts by this token. An administrator makes one with POST /v1/keys"
                                + " and 'token'."));
        if (key.isExpiredAt(clock.instant())) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The key that is registered for who acts by this token has expired. An administrator makes a new one.");
        }
        Proof.Token proof = key.proof()
                .<Optional<Proof.Token>>fold(secret -> Optional.empty(), Optional::of, certificate -> Optional.empty())
                .orElseThrow();
        Optional<String> person = acting.person().filter(named -> !isOwn(token, proof, named));
        person.ifPresent(named -> requireMayStandFor(key, proof, named));
        return new Caller(key, assurance, person, acting.chain(), token.build());
    }

    private static Acting acting(VerifiedToken token) {
        if (token.actors().isEmpty()) {
            return new Acting(token.client(), token.subject(), Optional.of(token.subject()), List.of());
        }
        Actor now = token.actors().get(0);
        if (now.issuer().isPresent()) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "Who acts by this token is known to another issuer than the one that signed it, and cannot be registered.");
        }
        return new Acting(
                now.client(),
                now.subject(),
                Optional.of(token.subject()),
                token.actors().stream().skip(1).map(Actor::text).toList());
    }

    /**
     * What says most about who acts comes first, and the client before the subject alone: a client that acts for a person has a token
     * with that person's {@code sub}, and is still the client. For the same reason the subject alone is never enough for a person's key.
     */
    private Optional<ApiKey> key(String issuer, Acting acting) {
        String client = acting.client().orElse("");
        return Stream.concat(
                        Stream.of(new Holder(issuer, client, acting.subject()), new Holder(issuer, client, ""))
                                .filter(holder -> !holder.client().isEmpty())
                                .flatMap(holder -> directory.heldBy(holder).stream()),
                        directory.heldBy(new Holder(issuer, "", acting.subject())).stream()
                                .filter(key -> !KeyRequest.isPersons(key.roles())))
                .findFirst();
    }

    /** RFC 9068 2.2: a client that acts for itself is its own subject. With {@code act} there are always two. */
    private static boolean isOwn(VerifiedToken token, Proof.Token proof, String named) {
        return token.actors().isEmpty()
                && (proof.subject().filter(named::equals).isPresent()
                        || token.client().filter(named::equals).isPresent());
    }

    private void requireMayStandFor(ApiKey key, Proof.Token proof, String person) {
        if (!proof.standsForAny() && !key.subjects().contains(pseudonyms.of(person))) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The key's registration does not list the person of this token. Ask an administrator for a key whose"
                            + " 'subjects' do, or that stands for any person of the issuer. Nothing was executed.");
        }
    }
}
