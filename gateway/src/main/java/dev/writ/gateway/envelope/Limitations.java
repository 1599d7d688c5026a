package dev.writ.gateway.envelope;

import dev.writ.audit.Draft;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What makes an envelope smaller, down to nothing. It takes nobody's consent; from its entry on no call rests on more. */
@ApplicationScoped
class Limitations {

    private final Envelopes envelopes;
    private final Journal journal;
    private final Erasures erasures;

    Limitations(Envelopes envelopes, Journal journal, Erasures erasures) {
        this.envelopes = envelopes;
        this.journal = journal;
        this.erasures = erasures;
    }

    /**
     * How much of it is to be left; what is absent stays as it is.
     *
     * @param bounds all of them: an argument that is bounded no more has to be that of the call that the envelope was made from
     */
    record Rest(Optional<List<JsonObject>> bounds, Optional<Integer> uses, Optional<Instant> until) {
        Rest {
            bounds = bounds.map(List::copyOf);
        }
    }

    /** Fails with a {@link Problem} if that would be more than there is in whatever respect. */
    Uni<Envelope> narrow(Envelope envelope, Actor by, Rest rest, String reason) {
        return record(envelope, by, (now, at) -> {
            Envelope narrower = narrower(now, rest);
            return new Settled<>(EnvelopeEntries.narrowed(narrower, reason, at), List.of(), now);
        });
    }

    /** Ends it. */
    Uni<Envelope> revoke(Envelope envelope, Actor by, String reason) {
        return record(
                envelope, by, (now, at) -> new Settled<>(EnvelopeEntries.revoked(now, reason, at), List.of(), now));
    }

    private interface Change {
        Settled<Envelope> of(Envelope now, Instant at);
    }

    private Uni<Envelope> record(Envelope envelope, Actor by, Change change) {
        long readAt = journal.size();
        Instant at = journal.now();
        Held held = envelopes.heldBy(envelope.target().agent());
        Set<String> topics = new HashSet<>(held.topics());
        topics.add(Topics.subject(envelope.subjectKey()));
        return journal.record(by, new Draft<>(topics, readAt, since -> {
                    Envelope now = Proposals.here(held, envelope, since);
                    if (!now.isOpenAt(at)) {
                        throw conflict("It is " + now.stateAt(at).text()
                                + " already, so no call can rest on it any more. Nothing was recorded.");
                    }
                    Settled<Envelope> settled = change.of(now, at);
                    return new Settled<>(
                            erasures.withoutErased(settled.entry(), since), settled.rows(), settled.outcome());
                }))
                .map(receipt -> receipt.fold(created -> created.outcome().after(created.recorded()), existing -> {
                    throw conflict("It is revoked already. Nothing was recorded.");
                }));
    }

    private static Envelope narrower(Envelope now, Rest rest) {
        int uses = rest.uses().orElse(now.uses());
        Instant until = rest.until().orElse(now.until());
        if (uses < 1 || uses > now.uses() || until.isAfter(now.until())) {
            throw tooWide("it is for " + now.uses() + " uses and until " + now.until());
        }
        Terms terms = now.terms().orElseThrow(() -> conflict("Its terms were erased. Nothing was recorded."));
        try {
            return now.within(uses, until, rest.bounds().map(terms::narrowed).orElse(terms));
        } catch (IllegalArgumentException wider) {
            throw tooWide(String.valueOf(wider.getMessage()));
        }
    }

    private static Problem tooWide(String why) {
        return new Problem(
                ProblemType.UNPROCESSABLE,
                "That would be more than people consented to: " + why
                        + ". The next call outside of it asks them; nothing was recorded.");
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail);
    }
}
