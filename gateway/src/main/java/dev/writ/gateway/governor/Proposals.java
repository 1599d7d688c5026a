package dev.writ.gateway.governor;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.identity.Somebody;
import dev.writ.gateway.policy.Successors;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.task.Tasks;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What Writ proposed, and what people make of it. The log is all there is of it. */
@ApplicationScoped
class Proposals {

    private final LogPages log;
    private final AuditReader reader;
    private final Journal journal;
    private final Successors successors;
    private final Reversible reversible;
    private final People people;

    Proposals(
            LogPages log,
            AuditReader reader,
            Journal journal,
            Successors successors,
            Reversible reversible,
            People people) {
        this.log = log;
        this.reader = reader;
        this.journal = journal;
        this.successors = successors;
        this.reversible = reversible;
        this.people = people;
    }

    /** All of them as they stand, newest first, without files. */
    Uni<List<Proposal>> all() {
        return log.read(
                        Set.of(Proposal.PROPOSED, Proposal.PUBLISHED, Proposal.DISMISSED),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty())
                .map(found -> standing(found.newestFirst()));
    }

    private static List<Proposal> standing(List<Recorded> newestFirst) {
        Map<String, Recorded> proposed = new HashMap<>();
        Map<String, Recorded> answered = new HashMap<>();
        for (Recorded recorded : newestFirst) {
            Map<String, Recorded> newest = recorded.entry().kind().equals(Proposal.PROPOSED) ? proposed : answered;
            recorded.entry().body().text(Proposal.ID).ifPresent(id -> newest.putIfAbsent(id, recorded));
        }
        return proposed.entrySet().stream()
                .map(one -> new Proposal(
                        one.getValue(),
                        Optional.ofNullable(answered.get(one.getKey()))
                                .filter(answer ->
                                        answer.index() > one.getValue().index())))
                .sorted(Comparator.comparingLong(
                                (Proposal one) -> one.recorded().index())
                        .reversed())
                .toList();
    }

    /** One of them with its files; fails with a {@link Problem} if there is none. */
    Uni<Proposal> find(String id) {
        return all().chain(all -> all.stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .map(one -> reader.at(one.recorded().index())
                        .map(read -> new Proposal(read.orElse(one.recorded()), one.answered())))
                .orElseGet(() -> Uni.createFrom()
                        .failure(new Problem(
                                ProblemType.NOT_FOUND, "There is no such proposal. GET /v1/proposals lists them."))));
    }

    /** Lets proposals be looked for now. */
    Uni<Void> request(Actor by) {
        Instant now = journal.now();
        return journal.record(
                        by,
                        Proposal.REQUESTED,
                        List.of(),
                        Set.of(),
                        Map.of(),
                        JsonObject.empty(),
                        List.of(),
                        List.of(Tasks.ofEntry(ProposalTask.TASK, now)))
                .replaceWithVoid();
    }

    /** Says that a rule is not wanted. */
    Uni<Void> dismiss(Approver by, String id, String reason) {
        return find(id).chain(proposal -> {
            requireUnanswered(proposal);
            return answer(
                    Actor.of(by.principal()),
                    proposal,
                    Proposal.DISMISSED,
                    JsonObject.builder()
                            .put(Proposal.APPROVALS, proposal.number(Proposal.APPROVALS))
                            .build(),
                    List.of(new Input("reason", new JsonString(reason), false)));
        });
    }

    /**
     * Publishes the bundle with the proposed rule in that person's name; it decides nothing yet.
     *
     * @return its digest; fails with a {@link Problem} if one of the approvals it rests on is theirs, or if it does not fit any more
     */
    Uni<Digest> publish(Approver by, String id) {
        return find(id).chain(proposal -> {
            requireUnanswered(proposal);
            if (!proposal.isOpen()) {
                throw conflict("It is withheld: "
                        + proposal.body().text(Proposal.WITHHELD).orElse(""));
            }
            requireSomebodyElse(proposal, by);
            PolicyBundle bundle = bundle(proposal);
            return successors
                    .publish(by, bundle.texts())
                    .chain(digest -> answer(
                                    Actor.of(by.principal()),
                                    proposal,
                                    Proposal.PUBLISHED,
                                    JsonObject.builder()
                                            .put("digest", digest.value())
                                            .build(),
                                    List.of())
                            .replaceWith(digest));
        });
    }

    /** Two keys of one person are one person. */
    private void requireSomebodyElse(Proposal proposal, Approver by) {
        Somebody somebody = people.of(by);
        boolean isTheirs =
                proposal.texts(Proposal.APPROVERS).stream().map(people::of).anyMatch(somebody::isSame)
                        || proposal.texts(Proposal.PERSONS).stream().anyMatch(somebody::isPerson);
        if (isTheirs) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "It rests on approvals of yours, so somebody else makes a rule of them. Nothing was recorded.");
        }
    }

    private PolicyBundle bundle(Proposal proposal) {
        PolicyBundle base = successors
                .activeWith(proposal.column(Column.RULE))
                .map(PolicyEngine::bundle)
                .filter(active -> proposal.body()
                        .text(Proposal.BASE)
                        .equals(Optional.of(active.digest().value())))
                .orElseThrow(() -> conflict("Another version of the bundle is active than the one it was made for."
                        + " POST /v1/proposals/refresh makes it again."));
        if (reversible.tool(proposal.column(Column.TOOL)).isEmpty()) {
            throw conflict("What the tool does cannot be undone, or nobody says that it can.");
        }
        Map<String, String> files = new TreeMap<>(base.texts());
        files.putAll(proposal.files().orElse(Map.of()));
        try {
            PolicyBundle bundle = PolicyBundle.ofTexts(files);
            if (proposal.body()
                    .text(Proposal.CANDIDATE)
                    .equals(Optional.of(bundle.digest().value()))) {
                return bundle;
            }
        } catch (InvalidBundleException unusable) {
            // The same answer as for other files.
        }
        throw conflict("Its files were erased, or are not what was proposed.");
    }

    private static void requireUnanswered(Proposal proposal) {
        proposal.answered().ifPresent(answer -> {
            throw conflict("Somebody has " + proposal.state() + " it already.");
        });
    }

    private Uni<Void> answer(Actor by, Proposal proposal, String kind, JsonObject said, List<Input> inputs) {
        JsonObject.Builder body = JsonObject.builder().put(Proposal.ID, proposal.id());
        said.members().forEach(body::put);
        Entry entry = new Entry(
                kind,
                journal.now(),
                List.of("proposal-answered/" + proposal.recorded().index()),
                Set.of(),
                proposal.recorded().entry().columns(),
                body.build(),
                proposal.recorded().entry().subjectKey(),
                inputs);
        return journal.record(by, entry, List.of())
                .map(receipt -> receipt.fold(created -> created, existing -> {
                    throw conflict("Somebody has answered it already.");
                }))
                .replaceWithVoid();
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail + " Nothing was recorded.");
    }
}
