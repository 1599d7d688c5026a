package dev.writ.gateway.catalog;

import dev.writ.audit.RowChange;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;

/** A registered connector. Read here; written only together with the entry that it names. */
@Entity
@Table(name = "connector")
class ConnectorRow extends PanacheEntityBase {

    @Id
    String name = "";

    String settings = "";

    String credential = "";

    boolean removed;

    @Column(name = "entry_index")
    long entryIndex;

    @Column(name = "entry_hash")
    byte[] entryHash = {};

    StoredConnector stored() {
        return new StoredConnector(settings, credential, entryIndex, entryHash);
    }

    static RowChange registered(ConnectorSettings settings, SealedCredential credential) {
        return new RowChange(
                "INSERT INTO writ.connector (name, settings, credential, removed, entry_index, entry_hash)"
                        + " VALUES ($3, $4, $5, false, $1, $2)"
                        + " ON CONFLICT (name) DO UPDATE SET settings = EXCLUDED.settings,"
                        + " credential = EXCLUDED.credential, removed = false,"
                        + " entry_index = EXCLUDED.entry_index, entry_hash = EXCLUDED.entry_hash",
                List.of(settings.name(), settings.toJson().toJson(), credential.text()));
    }

    /** Keeps the name and forgets the rest, the credential above all. */
    static RowChange removed(String name) {
        return new RowChange(
                "UPDATE writ.connector SET settings = '', credential = '', removed = true,"
                        + " entry_index = $1, entry_hash = $2 WHERE name = $3",
                List.of(name));
    }
}
