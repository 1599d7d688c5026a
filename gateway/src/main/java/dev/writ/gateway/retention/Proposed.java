package dev.writ.gateway.retention;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * An operation as its entries tell it.
 *
 * @param id minted by Writ
 * @param proposed the entry that proposes it
 * @param person pseudonym of the person that the proposer's key names, if it names one
 * @param reason absent once it was erased
 * @param expiresAt from then on it cannot be confirmed; absent for a hold, which protects until somebody decides
 * @param answered the entry that confirms or rejects it
 * @param isConfirmed whether that entry confirms it
 * @param ended the entry that says what came of it: a hold that was released, or how much was deleted
 * @param deleted how much
 */
record Proposed(
        String id,
        Act act,
        Step proposed,
        Optional<String> person,
        Optional<String> reason,
        Optional<Instant> expiresAt,
        Optional<Step> answered,
        boolean isConfirmed,
        Optional<Step> ended,
        Optional<Long> deleted) {

    /** Where an operation stands. Written in lower case. */
    enum State {
        PROPOSED,
        EXPIRED,
        REJECTED,
        CONFIRMED,
        RELEASED,
        DONE;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<State> parse(String text) {
            return Arrays.stream(values())
                    .filter(state -> state.text().equals(text))
                    .findFirst();
        }
    }

    /** One entry about it, by whom and when. */
    record Step(long index, String by, Instant at) {}

    static Proposed proposed(
            String id,
            Act act,
            Step step,
            Optional<String> person,
            Optional<String> reason,
            Optional<Instant> expiresAt) {
        return new Proposed(
                id, act, step, person, reason, expiresAt, Optional.empty(), false, Optional.empty(), Optional.empty());
    }

    Proposed answered(Step step, boolean confirms) {
        return answered.isPresent()
                ? this
                : new Proposed(
                        id, act, proposed, person, reason, expiresAt, Optional.of(step), confirms, ended, deleted);
    }

    Proposed ended(Step step, Optional<Long> rows) {
        return ended.isPresent()
                ? this
                : new Proposed(
                        id, act, proposed, person, reason, expiresAt, answered, isConfirmed, Optional.of(step), rows);
    }

    State stateAt(Instant now) {
        if (ended.isPresent()) {
            return act instanceof Act.Hold ? State.RELEASED : State.DONE;
        }
        if (answered.isPresent()) {
            if (!isConfirmed) {
                return State.REJECTED;
            }
            return act instanceof Act.Release ? State.DONE : State.CONFIRMED;
        }
        return expiresAt.filter(end -> !now.isBefore(end)).isPresent() ? State.EXPIRED : State.PROPOSED;
    }

    /** Whether it is a hold that protects: from its proposal on, until it is rejected or released. */
    boolean isHolding() {
        return act instanceof Act.Hold && ended.isEmpty() && (answered.isEmpty() || isConfirmed);
    }

    @Override
    public String toString() {
        return "Proposed[" + id + ", " + act.text() + "]";
    }
}
