package dev.writ.gateway.catalog;

import java.util.Optional;

/** Opens connectors. Reads documents, so it may take a while: never on an event loop. Sends nothing. */
interface Technology {

    Preparation open(ConnectorSettings settings, Optional<HeaderCredential> credential);
}
