package dev.writ.gateway.catalog;

import dev.writ.gateway.auditing.GovernedState;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The rows in PostgreSQL. */
@ApplicationScoped
class HibernateConnectorRows implements ConnectorRows, PanacheRepositoryBase<ConnectorRow, String> {

    private final GovernedState state;

    HibernateConnectorRows(GovernedState state) {
        this.state = state;
    }

    @Override
    public Uni<Optional<StoredConnector>> stored(String name) {
        return state.rows(() -> findById(name))
                .map(row -> Optional.ofNullable(row).map(ConnectorRow::stored));
    }
}
