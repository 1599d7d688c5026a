package dev.writ.gateway.catalog;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/** Every kind of connector there is. */
@ApplicationScoped
class Technologies implements Technology {

    private final Map<String, Technology> byKind;

    Technologies(HttpTechnology http, ExternalTechnology external) {
        this.byKind = Map.of(ConnectorSettings.HTTP, http, ConnectorSettings.EXTERNAL, external);
    }

    @Override
    public Preparation open(ConnectorSettings settings, Optional<HeaderCredential> credential) {
        return Optional.ofNullable(byKind.get(settings.kind()))
                .orElseThrow(() -> new IllegalStateException("settings of a kind that nothing opens"))
                .open(settings, credential);
    }
}
