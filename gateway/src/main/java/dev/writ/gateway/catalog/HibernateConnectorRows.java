package dev.writ.gateway.catalog;

import dev.writ.gateway.auditing.Rows;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The rows in PostgreSQL. */
@ApplicationScoped
class HibernateConnectorRows implements ConnectorRows {

    private final Rows rows;

    HibernateConnectorRows(Rows rows) {
        this.rows = rows;
    }

    @Override
    public Uni<Optional<StoredConnector>> find(String name) {
        return rows.read(() -> ConnectorRow.<ConnectorRow>findById(name))
                .map(row -> Optional.ofNullable(row).map(ConnectorRow::stored));
    }
}
