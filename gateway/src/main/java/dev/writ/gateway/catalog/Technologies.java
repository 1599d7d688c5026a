package dev.writ.gateway.catalog;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Locale;
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
        Preparation opened = of(settings).open(settings, secrets);
        return settings.sandboxed()
                .map(there -> opened.<Preparation>fold(
                        ready -> rehearsed(ready, settings, secrets, there).<Preparation>fold(twin -> twin, refused -> {
                            ready.connector().close();
                            return refused;
                        }),
                        refused -> refused))
                .orElse(opened);
    }

    private Preparation rehearsed(
            Preparation.Ready ready, ConnectorSettings settings, Secrets secrets, ConnectorSettings there) {
        Secrets theirs = secrets.sandbox().orElse(Secrets.NONE);
        boolean isOwn = !theirs.isEmpty() && !theirs.isLike(secrets.own());
        if (isThere(settings, there) && !isOwn) {
            return new Preparation.Refused(List.of(
                    "sandbox: it is the service itself; give it another URL or command, or a credential of its own"));
        }
        return of(there)
                .open(there, theirs)
                .<Preparation>fold(
                        sandbox -> new Preparation.Ready(
                                ready.connector()
                                        .rehearsedBy(sandbox.connector().connector()),
                                ready.skipped()),
                        refused -> new Preparation.Refused(refused.problems().stream()
                                .map(problem -> "sandbox: " + problem)
                                .toList()));
    }

    /** Whether both are reached in the same way. */
    private static boolean isThere(ConnectorSettings settings, ConnectorSettings there) {
        return place(settings.baseUrl()).equals(place(there.baseUrl()))
                && settings.mcp().map(McpServer::command).equals(there.mcp().map(McpServer::command))
                && settings.mcp().map(McpServer::environment).equals(there.mcp().map(McpServer::environment));
    }

    private static String place(URI url) {
        int port = url.getPort() > 0 ? url.getPort() : "http".equals(url.getScheme()) ? 80 : 443;
        String host = String.valueOf(url.getHost()).replaceFirst("\\.$", "");
        return (url.getScheme() + "://" + host + ":" + port + url.normalize().getPath())
                .toLowerCase(Locale.ROOT)
                .replaceFirst("/+$", "");
    }

    private Technology of(ConnectorSettings settings) {
        return Optional.ofNullable(byKind.get(settings.kind()))
                .orElseThrow(() -> new IllegalStateException("settings of a kind that nothing opens"));
    }
}
