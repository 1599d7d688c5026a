package dev.writ.gateway.catalog;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Where the rows of connectors are. */
interface ConnectorRows {

    Uni<Optional<StoredConnector>> find(String name);
}
