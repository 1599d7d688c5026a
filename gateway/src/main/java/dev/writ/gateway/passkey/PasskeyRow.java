package dev.writ.gateway.passkey;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.GovernedRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Arrays;

/** A passkey as the database has it. */
@Entity
@Table(name = "passkey")
class PasskeyRow extends GovernedRow {

    @Id
    String id = "";

    String owner = "";

    /** Base64url, as is the key. */
    String credential = "";

    int algorithm;

    @Column(name = "public_key")
    String publicKey = "";

    String name = "";

    @Column(name = "rp_id")
    String rpId = "";

    String state = "";

    /** How often it had signed, as it says. */
    long counter;

    /** Of the entry that it signed last; that may be pruned. */
    @Column(name = "used_index")
    long usedIndex;

    /** Nothing if it has not signed yet. */
    @Column(name = "used_hash")
    byte[] usedHash = {};

    boolean hasSigned() {
        return usedHash.length > 0;
    }

    /** What this row says the passkey is, apart from its counter; to be compared with what its entries say. */
    boolean says(Passkey passkey) {
        return id.equals(passkey.id())
                && owner.equals(passkey.owner())
                && credential.equals(passkey.key().credential())
                && algorithm == passkey.key().algorithm()
                && publicKey.equals(passkey.key().publicKey())
                && name.equals(passkey.name())
                && rpId.equals(passkey.rpId())
                && state.equals(passkey.state().text());
    }

    /** Whether this entry is the one that it says it signed last, and says that it had counted that far. */
    boolean saysItSigned(Recorded recorded) {
        return recorded.index() == usedIndex
                && Arrays.equals(recorded.leafHash().bytes(), usedHash)
                && PasskeyEntries.counted(recorded.entry())
                        .filter(signed -> signed.key().id().equals(id)
                                && signed.assertion().counter() == counter)
                        .isPresent();
    }
}
