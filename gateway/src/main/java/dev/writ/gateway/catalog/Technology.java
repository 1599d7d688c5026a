package dev.writ.gateway.catalog;

import io.smallrye.mutiny.Uni;

/** Opens connectors. Reads documents, so it may take a while: never on an event loop. Opening sends nothing. */
interface Technology {

    Preparation open(ConnectorSettings settings, Secrets secrets);

    /**
     * Completes settings whose document was not given, by asking the service what it offers.
     *
     * @return fails with {@link UnusableServiceException} if it cannot be asked
     */
    default Uni<ConnectorSettings> discover(ConnectorSettings settings, Secrets secrets) {
        return Uni.createFrom().item(settings);
    }
}
