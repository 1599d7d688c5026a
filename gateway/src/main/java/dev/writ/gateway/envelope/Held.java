package dev.writ.gateway.envelope;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.Digest;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The envelopes of one agent at one point of the log. One that is made later is not here: whose keys may be revoked has to be known before
 * a decision is made.
 */
public final class Held {

    private final String agent;
    private final List<Envelope> envelopes;
    private final InstantSource clock;

    Held(String agent, List<Envelope> envelopes, InstantSource clock) {
        this.agent = agent;
        this.envelopes = List.copyOf(envelopes);
        this.clock = clock;
    }

    /** Everything in the log that {@link #grants} depends on. */
    public Set<String> topics() {
        Set<String> topics = new HashSet<>(Set.of(Topics.envelopes(agent)));
        envelopes.forEach(envelope -> envelope.consents()
                .forEach(consent -> consent.clients().forEach(client -> topics.add(Topics.key(client)))));
        return topics;
    }

    /** Each of them as it is by then, and those that were made since. */
    List<Envelope> all(List<Recorded> since) {
        Set<String> ids = envelopes.stream().map(Envelope::id).collect(Collectors.toSet());
        return Stream.concat(
                        envelopes.stream(),
                        since.stream()
                                .flatMap(recorded -> EnvelopeEntries.proposedBy(recorded).stream())
                                .filter(envelope -> envelope.target().agent().equals(agent))
                                .filter(envelope -> ids.add(envelope.id())))
                .map(envelope -> envelope.after(since))
                .toList();
    }

    /**
     * What people have granted to a call by envelopes that it is inside of: of each rule by one of them, the newest. Memory only.
     *
     * @param alone of which the call, the tool, the time and what people granted to this call alone count; what they were asked for this
     *     call needs no envelope
     * @param subject pseudonym of the person it is for
     * @param ruleDigest of what an active rule says, by its name
     * @param isRevoked whether that key is, by then
     * @param since entries that touch {@link #topics} and the topic of the subject, some of which may have arrived here already
     */
    public List<Grant> grants(
            Facts alone,
            String subject,
            Function<String, Optional<Digest>> ruleDigest,
            Predicate<String> isRevoked,
            List<Recorded> since) {
        if (envelopes.isEmpty()) {
            return List.of();
        }
        Instant latest = latest(alone.now());
        Set<String> erased = new HashSet<>();
        since.forEach(recorded -> Erasures.erasedBy(recorded.entry()).ifPresent(erased::add));
        Map<String, Envelope> byRule = new TreeMap<>();
        envelopes.stream()
                .map(envelope -> envelope.after(since))
                .filter(envelope -> envelope.stateAt(latest) == Envelope.State.LIVE
                        && !erased.contains(envelope.subjectKey())
                        && envelope.target().isOf(subject, alone.tool())
                        && envelope.terms()
                                .filter(terms -> terms.admit(alone.call().arguments()))
                                .isPresent()
                        && envelope.consents().stream()
                                .noneMatch(consent -> consent.clients().stream().anyMatch(isRevoked))
                        && isOfRule(envelope.target(), ruleDigest)
                        && alone.grants().stream()
                                .noneMatch(grant ->
                                        grant.rule().equals(envelope.target().rule())))
                .sorted(Comparator.comparing(Envelope::index))
                .forEach(envelope -> byRule.put(envelope.target().rule(), envelope));
        return byRule.values().stream()
                .flatMap(envelope -> envelope.grants().stream())
                .toList();
    }

    /** Its time may be over by the time the decision is made, though it was not when the call came. */
    private Instant latest(Instant now) {
        Instant here = clock.instant();
        return here.isAfter(now) ? here : now;
    }

    private static boolean isOfRule(Target target, Function<String, Optional<Digest>> ruleDigest) {
        return ruleDigest
                .apply(target.rule())
                .filter(digest -> digest.value().equals(target.ruleDigest()))
                .isPresent();
    }
}
