package dev.writ.gateway.approval;

import dev.writ.gateway.identity.Somebody;
import dev.writ.model.Party;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everybody who has a stake in a call.
 *
 * @param requester whoever is behind the agent
 * @param owner who answers for it
 * @param person pseudonym of whom it acts for
 * @param authors who wrote the rules that ask, by the digest of the bundle
 */
record Parties(Somebody requester, Somebody owner, String person, Map<String, Set<Somebody>> authors) {

    Parties {
        authors = Map.copyOf(authors);
    }

    /** Whether it is known who has a stake in what that asks. */
    boolean knows(Ask ask) {
        return ask.bundle().map(authors::containsKey).orElse(true);
    }

    /** Which stakes somebody has in what a rule asks. */
    Set<Party> stakes(Somebody somebody, Ask ask) {
        Set<Party> stakes = EnumSet.noneOf(Party.class);
        if (requester.isSame(somebody)) {
            stakes.add(Party.REQUESTER);
        }
        if (owner.isSame(somebody)) {
            stakes.add(Party.OWNER);
        }
        if (somebody.isPerson(person)) {
            stakes.add(Party.PERSON);
        }
        if (isAuthor(somebody, ask.bundle())) {
            stakes.add(Party.AUTHOR);
        }
        return stakes;
    }

    private boolean isAuthor(Somebody somebody, Optional<String> bundle) {
        return bundle.map(digest ->
                        authors.getOrDefault(digest, Set.of()).stream().anyMatch(somebody::isSame))
                .orElse(false);
    }

    @Override
    public String toString() {
        return "Parties[" + requester.name() + "]";
    }
}
