package dev.writ.gateway.approval;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.identity.Somebody;
import dev.writ.gateway.policy.Authors;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds out who may answer an escalation, as far as that can be done before the log's lock, and says so under it. */
@ApplicationScoped
class Entitlements {

    private final People people;
    private final Directory directory;
    private final Authors authors;
    private final Delegations delegations;

    Entitlements(People people, Directory directory, Authors authors, Delegations delegations) {
        this.people = people;
        this.directory = directory;
        this.authors = authors;
        this.delegations = delegations;
    }

    /** An approver who asks to answer, and what is known of them and of the call. */
    final class Candidate {

        private final Approver approver;
        private final Somebody somebody;
        private final Parties parties;
        private final Map<Delegation, Entitlement.Lender> lent = new LinkedHashMap<>();

        private Candidate(Approver approver, Parties parties, List<Delegation> lent) {
            this.approver = approver;
            this.somebody = people.of(approver);
            this.parties = parties;
            lent.forEach(delegation -> this.lent.put(delegation, lender(delegation)));
            // Whoever lends to themselves would be two.
            this.lent.values().removeIf(lender -> lender.somebody().isSame(somebody));
        }

        /** The same, with what was lent to that one and nothing else: only of that does the answer depend. */
        Candidate lentAs(Candidate other) {
            lent.keySet().retainAll(other.lent.keySet());
            return this;
        }

        /** What their being entitled depends on. */
        Set<String> topics() {
            Set<String> topics = new HashSet<>();
            lent.keySet().forEach(delegation -> {
                topics.add(Topics.delegation(delegation.id()));
                topics.add(Topics.key(delegation.client()));
            });
            return topics;
        }

        /**
         * What they may approve of an approval that was changed by these entries since. May run under the log's lock.
         *
         * @param at of the answer
         * @throws Problem if it is nothing
         */
        Entitlement toApprove(Approval approval, List<Recorded> since, Instant at) {
            return entitled(approval, since, at, taken(approval));
        }

        /**
         * The same of what they may refuse, which whoever has approved it, or has somebody stand for them, may still do. What is asked only
         * since it was looked at who has a stake in it, does not matter here.
         */
        Entitlement toRefuse(Approval approval, List<Recorded> since, Instant at) {
            List<Ask> known =
                    approval.escalation().asks().stream().filter(parties::knows).toList();
            if (known.isEmpty()) {
                throw Approvals.changed();
            }
            return entitled(approval.asking(known), since, at, List.of());
        }

        /** The same of what they may say beyond the call, where these have said so already. */
        Entitlement toConsent(Approval approval, List<Consenting.Said> already, List<Recorded> since, Instant at) {
            List<Somebody> taken = already.stream()
                    .map(said -> people.of(said.name(), said.person()))
                    .toList();
            if (taken.stream().anyMatch(somebody::isSame)) {
                throw conflict(
                        "You have consented to it already, and it needs somebody else too. Nothing was recorded.");
            }
            return entitled(approval, since, at, taken);
        }

        private Entitlement entitled(Approval approval, List<Recorded> since, Instant at, List<Somebody> taken) {
            Instant settled = delegations.now();
            Stream<Entitlement.Claim> borrowed = lent.entrySet().stream()
                    .filter(one -> delegations.isLiveAfter(one.getKey(), settled, since))
                    .map(one -> new Entitlement.Claim(one.getKey().groups(), Optional.of(one.getValue())));
            Entitlement.Claim own = new Entitlement.Claim(approver.groups(), Optional.empty());
            return Entitlement.of(
                    somebody,
                    Stream.concat(Stream.of(own), borrowed).toList(),
                    approval.escalation(),
                    parties,
                    taken,
                    at);
        }

        /** Fails if they have approved it, for themselves or through somebody who stood for them. */
        void requireFirst(Approval approval) {
            if (taken(approval).stream().anyMatch(somebody::isSame)) {
                throw conflict("You have approved it already, and it needs somebody else too. Nothing was recorded.");
            }
        }

        /** Whether they have a stake in what any of the rules asks, whatever it allows. */
        boolean hasStake(Approval approval) {
            return approval.escalation().asks().stream()
                    .anyMatch(ask -> !parties.stakes(somebody, ask).isEmpty());
        }

        /** Fails if they have one. */
        void requireNoStake(Approval approval) {
            if (hasStake(approval)) {
                throw new Problem(
                        ProblemType.FORBIDDEN,
                        "You have a stake in this call. Somebody else decides; nothing was recorded.");
            }
        }

        private Entitlement.Lender lender(Delegation delegation) {
            return new Entitlement.Lender(
                    people.of(delegation.lender(), delegation.person()),
                    new Voice.Lent(delegation.id(), delegation.lender(), delegation.person(), delegation.client()));
        }

        private List<Somebody> taken(Approval approval) {
            return approval.given().stream()
                    .flatMap(given -> Stream.concat(
                            Stream.of(people.of(given.approver(), given.person())),
                            given.voices().stream()
                                    .flatMap(voice -> voice.lent().stream())
                                    .map(lent -> people.of(lent.lender(), lent.person()))))
                    .toList();
        }
    }

    /** @throws Problem if it is not known who has a stake in it */
    Candidate candidate(Approver approver, Escalation escalation) {
        return new Candidate(approver, parties(escalation), delegations.lentTo(approver.name(), delegations.now()));
    }

    /** The groups as whose member somebody may answer by now, their own and those that others have lent them. */
    Set<String> groups(Approver approver) {
        return Stream.concat(
                        approver.groups().stream(),
                        delegations.lentTo(approver.name(), delegations.now()).stream()
                                .flatMap(delegation -> delegation.groups().stream()))
                .collect(Collectors.toSet());
    }

    private Parties parties(Escalation escalation) {
        Somebody owner = directory
                .ownerOf(escalation.agent())
                .map(people::of)
                .orElseThrow(() -> conflict(
                        "It is not known who answers for the agent, so nobody can be told to be somebody else. Nothing was"
                                + " recorded."));
        Map<String, Set<Somebody>> wrote = escalation.asks().stream()
                .flatMap(ask -> ask.bundle().stream())
                .distinct()
                .collect(Collectors.toMap(Function.identity(), this::wrote));
        return new Parties(people.of(escalation.agent()), owner, escalation.subject(), wrote);
    }

    private Set<Somebody> wrote(String bundle) {
        Set<Somebody> wrote = authors.authors(bundle).stream()
                .map(author -> people.of(author.name(), author.person()))
                .collect(Collectors.toSet());
        if (wrote.isEmpty()) {
            throw conflict(
                    "It is not known here who wrote the rule that asks. Retry in a moment; nothing was recorded.");
        }
        return wrote;
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail);
    }
}
