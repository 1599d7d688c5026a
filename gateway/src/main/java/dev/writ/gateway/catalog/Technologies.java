package dev.writ.gateway.catalog;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;

/** Every kind of connector there is. */
@ApplicationScoped
class Technologies implements Technology {

    private final Map<String, Technology> byKind;

    Technologies(HttpTechnology http, McpTechnology mcp, ExternalTechnology external) {
        this.byKind =
                Map.of(ConnectorSettings.HTTP, http, ConnectorSettings.MCP, mcp, ConnectorSettings.EXTERNAL, external);
    }

    @Override
    public Uni<ConnectorSettings> discover(ConnectorSettings settings, Secrets secrets) {
        return of(settings).discover(settings, secrets);
    }

    @Override
    public Preparation open(ConnectorSettings settings, Secrets secrets) {
        return of(settings).open(settings, secrets);
    }

    private Technology of(ConnectorSettings settings) {
        return Optional.ofNullable(byKind.get(settings.kind()))
                .orElseThrow(() -> new IllegalStateException("settings of a kind that nothing opens"));
    }
}
