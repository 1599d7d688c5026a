package dev.writ.gateway.catalog;

import dev.writ.audit.MasterKey;
import dev.writ.audit.Recorded;
import dev.writ.audit.VerificationException;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A connector's row as it was read: believed only as far as the entry that it names says the same.
 *
 * @param follows whether the row names that entry, by index and hash
 */
record StoredConnector(String settings, String credential, long entryIndex, Predicate<Recorded> follows) {

    /** Opens the connector exactly as the entry pinned it, or says what does not match. */
    Preparation open(Recorded entry, Technology technology, MasterKey master) {
        if (!follows.test(entry)) {
            return mismatch("the row names another entry");
        }
        SealedCredential sealed = SealedCredential.of(credential);
        if (!ConnectorEntries.says(entry.entry(), "credential", sealed.digest())) {
            return mismatch("the row's credential is not the one that was recorded");
        }
        try {
            ConnectorSettings stored = ConnectorSettings.fromJson((JsonObject) JsonValue.parse(settings));
            if (!ConnectorEntries.says(entry.entry(), "settings", stored.digest())) {
                return mismatch("the row's settings are not those that were recorded");
            }
            return technology
                    .open(stored, sealed.open(stored.name(), master))
                    .fold(ready -> asPinned(entry, sealed, ready), refused -> refused);
        } catch (JsonException | IllegalArgumentException | ClassCastException | VerificationException unreadable) {
            return mismatch("the row cannot be read");
        }
    }

    /**
     * The secrets, if the row is the one that the entry at that index made.
     *
     * @throws VerificationException if they were changed
     */
    Optional<Secrets> secrets(long index, String connector, MasterKey master) {
        return entryIndex == index
                ? Optional.of(SealedCredential.of(credential).open(connector, master))
                : Optional.empty();
    }

    private static Preparation asPinned(Recorded entry, SealedCredential sealed, Preparation.Ready ready) {
        if (ConnectorEntries.says(entry.entry(), ConnectorEntries.registered(ready.connector(), sealed.digest()))) {
            return ready;
        }
        ready.connector().close();
        return mismatch("its tools are not those that were recorded; register it again");
    }

    private static Preparation mismatch(String what) {
        return new Preparation.Refused(List.of(what));
    }

    @Override
    public String toString() {
        return "StoredConnector[" + entryIndex + "]";
    }
}
