package dev.writ.gateway.catalog;

import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.GovernedRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;

/** A registered connector as the database has it. */
@Entity
@Table(name = "connector")
class ConnectorRow extends GovernedRow {

    @Id
    String name = "";

    String settings = "";

    String credential = "";

    StoredConnector stored() {
        return new StoredConnector(settings, credential, entryIndex(), this::follows);
    }

    static RowChange registered(ConnectorSettings settings, SealedCredential credential) {
        return new RowChange(
                "INSERT INTO writ.connector (name, settings, credential, entry_index, entry_hash)"
                        + " VALUES ($3, $4, $5, $1, $2)"
                        + " ON CONFLICT (name) DO UPDATE SET settings = EXCLUDED.settings,"
                        + " credential = EXCLUDED.credential, entry_index = EXCLUDED.entry_index,"
                        + " entry_hash = EXCLUDED.entry_hash",
                List.of(settings.name(), settings.toJson().toJson(), credential.text()));
    }

    /** Keeps the name and forgets the rest, the credential above all. */
    static RowChange removed(String name) {
        return new RowChange(
                "UPDATE writ.connector SET settings = '', credential = '', entry_index = $1, entry_hash = $2"
                        + " WHERE name = $3",
                List.of(name));
    }
}
