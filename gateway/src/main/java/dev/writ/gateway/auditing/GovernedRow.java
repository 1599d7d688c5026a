package dev.writ.gateway.auditing;

import dev.writ.audit.Recorded;
import jakarta.persistence.Column;
import jakarta.persistence.MappedSuperclass;
import java.util.Arrays;

/** A row of governed state. It names the entry that made it what it is. */
@MappedSuperclass
public abstract class GovernedRow {

    @Column(name = "entry_index")
    private long entryIndex;

    @Column(name = "entry_hash")
    private byte[] entryHash = {};

    /** Index of the entry that this row says it follows from. */
    public long entryIndex() {
        return entryIndex;
    }

    /** Whether this row says that it follows from that entry. What the entry states must be compared too. */
    public boolean follows(Recorded recorded) {
        return recorded.index() == entryIndex
                && Arrays.equals(recorded.leafHash().bytes(), entryHash);
    }
}
