package dev.writ.gateway.passkey;

import dev.writ.audit.PasskeyKey;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A passkey as its entries tell it.
 *
 * @param owner the principal that registered it, and the only one it signs for
 * @param person pseudonym of the person that the owner's key named, if it named one
 * @param name that its owner gave it
 * @param rpId the domain it is for
 * @param registered the entry that registers it
 * @param confirmed the entry from which on it counts
 * @param revoked the entry from which on it does not
 * @param counter the highest that it was seen to have counted to; 0 if it does not count
 */
public record Passkey(
        PasskeyKey key,
        String owner,
        Optional<String> person,
        String name,
        String rpId,
        Step registered,
        Optional<Step> confirmed,
        Optional<Step> revoked,
        long counter) {

    /** Where a passkey stands. Written in lower case. */
    public enum State {
        UNCONFIRMED,
        LIVE,
        REVOKED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One entry about it, by whom and when. */
    public record Step(long index, String by, Instant at) {}

    public String id() {
        return key.id();
    }

    public State state() {
        if (revoked.isPresent()) {
            return State.REVOKED;
        }
        return confirmed.isPresent() ? State.LIVE : State.UNCONFIRMED;
    }

    /** Index of the last entry that changed what it is; how often it signed is not part of that. */
    long changedAt() {
        return revoked.or(() -> confirmed).orElse(registered).index();
    }

    Passkey confirmed(Step step) {
        return confirmed.isPresent()
                ? this
                : new Passkey(key, owner, person, name, rpId, registered, Optional.of(step), revoked, counter);
    }

    Passkey revoked(Step step) {
        return revoked.isPresent()
                ? this
                : new Passkey(key, owner, person, name, rpId, registered, confirmed, Optional.of(step), counter);
    }

    Passkey counted(long count) {
        return count <= counter
                ? this
                : new Passkey(key, owner, person, name, rpId, registered, confirmed, revoked, count);
    }

    @Override
    public String toString() {
        return "Passkey[" + id() + ", " + state().text() + "]";
    }
}
