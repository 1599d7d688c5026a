package dev.writ.gateway.policy;

import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.GovernedRow;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Map;

/** A published bundle as the database has it. */
@Entity
@Table(name = "bundle")
class BundleRow extends GovernedRow {

    @Id
    String digest = "";

    String files = "";

    String tools = "";

    StoredBundle stored() {
        return new StoredBundle(files, tools, this::follows);
    }

    static RowChange published(Digest digest, Map<String, String> files, JsonObject tools) {
        return new RowChange(
                "INSERT INTO writ.bundle (digest, files, tools, entry_index, entry_hash) VALUES ($3, $4, $5, $1, $2)",
                List.of(digest.value(), Texts.toJson(files).toJson(), tools.toJson()));
    }
}
