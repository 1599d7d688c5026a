package dev.writ.gateway.catalog;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Where the rows of connectors are. */
interface ConnectorRows {

    /** May be asked from any thread. */
    Uni<Optional<StoredConnector>> stored(String name);
}
