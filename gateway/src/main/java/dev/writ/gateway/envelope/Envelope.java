package dev.writ.gateway.envelope;

import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Voice;
import dev.writ.model.EnvelopeUse;
import dev.writ.model.Grant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An approval of several calls, as its entries tell it.
 *
 * @param call that it was made from
 * @param subjectKey whose key encrypts its terms
 * @param uses how many calls it is for
 * @param until from then on it is for none
 * @param terms empty where they were erased or not read
 * @param used how many calls have rested on it, as far as is known here
 * @param revoked by whom, once it is
 * @param index of the entry that proposed it
 * @param last index of the newest entry folded in, uses aside
 */
record Envelope(
        String id,
        String call,
        String subjectKey,
        Target target,
        int uses,
        Instant at,
        Instant until,
        Optional<Terms> terms,
        List<Consent> consents,
        int used,
        Optional<Revocation> revoked,
        long index,
        long last) {

    /** @param reason absent if it was erased or not read */
    record Revocation(String by, Instant at, Optional<String> reason) {}

    /** Where it stands; the first that is true. Written in lower case. */
    enum State {
        REVOKED,
        EXPIRED,
        USED,
        PROPOSED,
        LIVE;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<State> parse(String text) {
            return Stream.of(values())
                    .filter(state -> state.text().equals(text))
                    .findFirst();
        }
    }

    Envelope {
        consents = List.copyOf(consents);
    }

    State stateAt(Instant now) {
        if (revoked.isPresent()) {
            return State.REVOKED;
        } else if (!now.isBefore(until)) {
            return State.EXPIRED;
        } else if (used >= uses) {
            return State.USED;
        }
        return consents.size() < target.approvals() ? State.PROPOSED : State.LIVE;
    }

    /** Whether calls may rest on it, now or once more have consented. */
    boolean isOpenAt(Instant now) {
        State state = stateAt(now);
        return state == State.LIVE || state == State.PROPOSED;
    }

    /** With one more entry of its agent, which may be of something else or known already. */
    Envelope after(Recorded recorded) {
        int now = Math.max(used, EnvelopeEntries.usedBy(recorded.entry(), id));
        if (now != used) {
            return with(uses, until, terms, consents, now, revoked, last);
        }
        if (recorded.index() <= last || !EnvelopeEntries.isOf(recorded.entry(), id)) {
            return this;
        }
        return switch (recorded.entry().kind()) {
            case EnvelopeEntries.CONSENTED -> {
                List<Consent> all = new ArrayList<>(consents);
                all.add(EnvelopeEntries.consent(recorded));
                yield with(uses, until, terms, all, used, revoked, recorded.index());
            }
            case EnvelopeEntries.NARROWED ->
                with(
                        EnvelopeEntries.uses(recorded.entry()),
                        EnvelopeEntries.until(recorded.entry()),
                        EnvelopeEntries.terms(recorded.entry()),
                        consents,
                        used,
                        revoked,
                        recorded.index());
            case EnvelopeEntries.REVOKED ->
                with(
                        uses,
                        until,
                        terms,
                        consents,
                        used,
                        Optional.of(EnvelopeEntries.revocation(recorded.entry())),
                        recorded.index());
            default -> this;
        };
    }

    Envelope after(List<Recorded> entries) {
        Envelope now = this;
        for (Recorded recorded : entries) {
            now = now.after(recorded);
        }
        return now;
    }

    /** As many calls have rested on it. */
    Envelope used(int count) {
        return with(uses, until, terms, consents, Math.max(used, count), revoked, last);
    }

    /** What is left of it once what was recorded of its subject was erased: it had ended by then, whenever it is looked at. */
    Envelope erased() {
        return with(uses, at, Optional.empty(), consents, used, revoked, last);
    }

    /** The same for less. */
    Envelope within(int lessUses, Instant earlier, Terms narrower) {
        return with(lessUses, earlier, Optional.of(narrower), consents, used, revoked, last);
    }

    /** What its approvers grant to its next use. */
    List<Grant> grants() {
        return consents.stream()
                .map(consent -> new Grant(
                        consent.index(),
                        target.rule(),
                        consent.group(),
                        consent.approver(),
                        consent.client(),
                        consent.stakes(),
                        until,
                        Grant.Authority.of(
                                new EnvelopeUse(id, used + 1),
                                consent.waited(),
                                consent.lent().map(Voice.Lent::client))))
                .toList();
    }

    private Envelope with(
            int newUses,
            Instant newUntil,
            Optional<Terms> newTerms,
            List<Consent> newConsents,
            int newUsed,
            Optional<Revocation> newRevoked,
            long newLast) {
        return new Envelope(
                id,
                call,
                subjectKey,
                target,
                newUses,
                at,
                newUntil,
                newTerms,
                newConsents,
                newUsed,
                newRevoked,
                index,
                newLast);
    }

    @Override
    public String toString() {
        return "Envelope[" + id + "]";
    }
}
