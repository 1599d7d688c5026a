package dev.writ.gateway.envelope;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.approval.Ask;
import dev.writ.gateway.approval.Consenting;
import dev.writ.gateway.approval.Entitlement;
import dev.writ.gateway.approval.Escalation;
import dev.writ.gateway.approval.Voice;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.policy.Active;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.EnvelopeLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolEffects;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Answers to an escalation that reach beyond its call: what somebody proposes, and others consent to. */
@ApplicationScoped
class Proposals {

    private final Envelopes envelopes;
    private final Approvals approvals;
    private final ActivePolicy policy;
    private final Journal journal;
    private final Pseudonyms pseudonyms;
    private final EnvelopeConfig config;
    private final SecureRandom random;

    Proposals(
            Envelopes envelopes,
            Approvals approvals,
            ActivePolicy policy,
            Journal journal,
            Pseudonyms pseudonyms,
            EnvelopeConfig config,
            SecureRandom random) {
        this.envelopes = envelopes;
        this.approvals = approvals;
        this.policy = policy;
        this.journal = journal;
        this.pseudonyms = pseudonyms;
        this.config = config;
        this.random = random;
    }

    /**
     * How far somebody wants to go.
     *
     * @param rule whose question it answers; needed only if several that allow for it ask the approver
     */
    record Extent(Optional<String> rule, List<JsonObject> bounds, int uses, Instant until) {
        Extent {
            bounds = List.copyOf(bounds);
        }
    }

    /**
     * Records that somebody would approve calls like this one, and consents to it. One consent may be all that is needed.
     *
     * @param view digest of what they saw, if they say so
     */
    Uni<Envelope> propose(CallId call, Approver by, Extent extent, String reason, Optional<String> view) {
        long readAt = journal.size();
        Instant at = journal.now();
        String id = CallId.mint(at, random).toString();
        return existing(call).chain(approval -> {
            Escalation escalation = approval.escalation();
            Held held = held(escalation.agent());
            Consenting consenting = approvals.consenting(approval, by);
            Set<String> topics = topics(approval, consenting, held);
            topics.add(Topics.POLICY);
            return record(by, new Draft<>(topics, readAt, since -> {
                Approval now = approval.after(since);
                if (!now.isOpenAt(at)) {
                    throw conflict("It is not open any more, so there is nothing to answer. Nothing was recorded.");
                }
                Entitlement entitled = consenting.entitled(now, view, List.of(), since, at);
                requireUnsigned(now, entitled, by);
                Voice voice = asked(entitled, extent.rule());
                requireRoom(held.all(since), at);
                Envelope envelope = envelope(id, now, voice.ask(), extent, since, at);
                Entry entry = EnvelopeEntries.proposed(
                        envelope, by, voice, now.escalation().waited(voice.ask(), at), reason, at);
                return new Settled<>(entry, List.of(), envelope);
            }));
        });
    }

    /** Records that one more consents to an envelope, which may be all that is missing. */
    Uni<Envelope> consent(Envelope proposed, Approver by, String reason, Optional<String> view) {
        long readAt = journal.size();
        Instant at = journal.now();
        Held held = held(proposed.target().agent());
        return existing(CallId.parse(proposed.call())).chain(approval -> {
            Consenting consenting = approvals.consenting(approval, by);
            return record(by, new Draft<>(topics(approval, consenting, held), readAt, since -> {
                Envelope now = here(held, proposed, since);
                if (now.stateAt(at) != Envelope.State.PROPOSED) {
                    throw conflict("Nobody's consent to it is missing: it is "
                            + now.stateAt(at).text() + ". Nothing was recorded.");
                }
                Approval then = approval.after(since);
                requireWanted(then, at);
                List<Consenting.Said> already =
                        now.consents().stream().flatMap(Consent::said).toList();
                Entitlement entitled = consenting.entitled(then, view, already, since, at);
                requireUnsigned(then, entitled, by);
                Voice voice = entitled.voices().stream()
                        .filter(one -> isOf(one.ask(), now.target()))
                        .findFirst()
                        .orElseThrow(() -> new Problem(
                                ProblemType.FORBIDDEN,
                                "You may not answer the rule that this is about. Nothing was recorded."));
                return new Settled<>(
                        EnvelopeEntries.consented(
                                now, by, voice, then.escalation().waited(voice.ask(), at), reason, at),
                        List.of(),
                        now);
            }));
        });
    }

    /** Approving the call comes with it, and what has to be signed is not approved in passing. */
    private static void requireUnsigned(Approval approval, Entitlement entitled, Approver by) {
        boolean hasApproved =
                approval.given().stream().anyMatch(given -> given.approver().equals(by.name()));
        if (!hasApproved
                && entitled.voices().stream()
                        .anyMatch(voice -> voice.ask().requirement().signed())) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "A rule asks you for an approval of the call that is signed with your passkey. Approve the call first;"
                            + " nothing was recorded.");
        }
    }

    private Uni<Envelope> record(Approver by, Draft<Envelope> draft) {
        return journal.record(Actor.of(by.principal()), draft)
                .map(receipt -> receipt.fold(
                        created -> EnvelopeEntries.proposedBy(created.recorded())
                                .orElseGet(() -> created.outcome().after(created.recorded())),
                        existing -> {
                            throw conflict("You have consented to it already. Nothing was recorded.");
                        }));
    }

    private Envelope envelope(String id, Approval approval, Ask ask, Extent extent, List<Recorded> since, Instant at) {
        Escalation escalation = approval.escalation();
        EnvelopeLimits limits = ask.requirement().envelope().orElseThrow();
        requireWithin(extent, limits, at);
        JsonObject view = escalation.view();
        requireUndoable(view, limits);
        JsonObject arguments = view.object("arguments").orElse(JsonObject.empty());
        if (!approval.argumentsMac().equals(pseudonyms.mac("arguments", arguments.toJson()))) {
            throw conflict(
                    "Rules change the arguments of this call before they are sent, so calls like it do not look like what"
                            + " you see. Approve it alone; nothing was recorded.");
        }
        Target target = new Target(
                escalation.agent(),
                escalation.subject(),
                escalation.tool(),
                view.text("definition").orElseThrow(),
                ask.rule(),
                ruleDigest(escalation, ask, since),
                ask.requirement().group(),
                ask.requirement().ladder().stream()
                        .collect(Collectors.toMap(rung -> rung.group(), rung -> escalation.from(ask, rung))),
                ask.requirement().approvals());
        return new Envelope(
                id,
                escalation.call().toString(),
                approval.subjectKey(),
                target,
                extent.uses(),
                at,
                extent.until(),
                Optional.of(terms(arguments, extent.bounds())),
                List.of(),
                0,
                Optional.empty(),
                -1,
                -1);
    }

    private static Terms terms(JsonObject arguments, List<JsonObject> bounds) {
        try {
            return Terms.around(arguments, bounds);
        } catch (IllegalArgumentException wrong) {
            throw new Problem(ProblemType.UNPROCESSABLE, "'bounds': " + wrong.getMessage() + ". Nothing was recorded.");
        }
    }

    private static void requireWithin(Extent extent, EnvelopeLimits limits, Instant at) {
        Instant latest = at.plus(limits.within());
        if (extent.uses() < 1 || extent.uses() > limits.uses()) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "The rule allows for 1 to " + limits.uses() + " uses. Nothing was recorded.");
        }
        if (!at.isBefore(extent.until()) || extent.until().isAfter(latest)) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "The rule allows for an end after now and not after " + latest + ". Nothing was recorded.");
        }
    }

    private static void requireUndoable(JsonObject view, EnvelopeLimits limits) {
        ToolEffects effects = view.object("effects").map(ToolEffects::fromJson).orElse(ToolEffects.UNSAID);
        if (!effects.isReversible() && !limits.irreversible()) {
            throw conflict(
                    "What this tool does cannot be undone, or nobody said that it can, and the rule does not allow for that."
                            + " Approve call by call; nothing was recorded.");
        }
    }

    /** The rule that asked must be the one that decides now: of another one nobody knows how far it lets an answer reach. */
    private String ruleDigest(Escalation escalation, Ask ask, List<Recorded> since) {
        Active then = policy.compiled(ask.bundle().stream().toList());
        Active now = policy.after(since, Topics.identity(escalation.agent(), escalation.subject()));
        return now.ruleDigest(ask.rule())
                .filter(digest ->
                        then.ruleDigest(ask.rule()).filter(digest::equals).isPresent())
                .orElseThrow(
                        () -> conflict(
                                "The rule that asks has been changed or taken away since. Approve the call alone; nothing was recorded."))
                .value();
    }

    private static Voice asked(Entitlement entitled, Optional<String> rule) {
        List<Voice> asks = entitled.voices().stream()
                .filter(voice -> voice.ask().requirement().envelope().isPresent())
                .filter(voice -> rule.map(voice.ask().rule()::equals).orElse(true))
                .toList();
        if (asks.isEmpty()) {
            throw conflict(
                    "No rule that asks you lets an answer reach beyond the call. Approve it alone; nothing was recorded.");
        }
        if (asks.size() > 1) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE, "Several rules ask you; say which with 'rule'. Nothing was recorded.");
        }
        return asks.get(0);
    }

    private static boolean isOf(Ask ask, Target target) {
        return ask.rule().equals(target.rule()) && ask.requirement().group().equals(target.group());
    }

    private void requireRoom(List<Envelope> there, Instant at) {
        if (there.stream().filter(envelope -> envelope.isOpenAt(at)).count() >= config.maxLive()) {
            throw new Problem(
                    ProblemType.TOO_MANY_REQUESTS,
                    "This agent has " + config.maxLive()
                            + " envelopes, and no more may. Revoke some. Nothing was recorded.");
        }
    }

    /** What somebody refused, or nobody answered in time, is not approved by a back door. */
    private static void requireWanted(Approval approval, Instant at) {
        boolean isAnswerable = approval.isOpenAt(at)
                || (approval.state() == Approval.State.APPROVED
                        && at.isBefore(approval.escalation().expiresAt()));
        if (!isAnswerable) {
            throw conflict(
                    "The call that it was made from has ended otherwise, or its time is over. Nothing was recorded.");
        }
    }

    private Held held(String agent) {
        return envelopes.heldBy(agent);
    }

    /** That envelope as it is by then. */
    static Envelope here(Held held, Envelope envelope, List<Recorded> since) {
        return held.all(since).stream()
                .filter(one -> one.id().equals(envelope.id()))
                .findFirst()
                .orElseThrow(() -> conflict("It has ended, or has just been made. Look again; nothing was recorded."));
    }

    private static Set<String> topics(Approval approval, Consenting consenting, Held held) {
        Set<String> topics = new HashSet<>(held.topics());
        topics.addAll(consenting.topics());
        topics.add(Topics.approval(approval.call()));
        topics.add(Topics.subject(approval.subjectKey()));
        return topics;
    }

    private Uni<Approval> existing(CallId call) {
        return approvals
                .find(call)
                .map(found -> found.orElseThrow(() ->
                        new Problem(ProblemType.NOT_FOUND, "No call of this id waits for approval, or ever did.")));
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail);
    }
}
