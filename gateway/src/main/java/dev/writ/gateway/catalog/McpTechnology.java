package dev.writ.gateway.catalog;

import dev.writ.connect.mcp.Difference;
import dev.writ.connect.mcp.Discovery;
import dev.writ.connect.mcp.Endpoint;
import dev.writ.connect.mcp.Listener;
import dev.writ.connect.mcp.McpConnector;
import dev.writ.connect.mcp.McpConnectorSettings;
import dev.writ.connect.mcp.McpListing;
import dev.writ.connect.mcp.Relay;
import dev.writ.connect.mcp.Skipped;
import dev.writ.connect.net.Credential;
import dev.writ.connect.net.Networks;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** MCP servers, reached by URL or started as programs. */
@ApplicationScoped
@Typed(McpTechnology.class)
class McpTechnology implements Technology {

    /** A shorter one would tear ordinary words out of answers. */
    private static final int SHORTEST_SECRET = 8;

    private final Vertx vertx;
    private final InstantSource clock;
    private final CatalogConfig config;

    McpTechnology(Vertx vertx, InstantSource clock, CatalogConfig config) {
        this.vertx = vertx;
        this.clock = clock;
        this.config = config;
    }

    @Override
    public Uni<ConnectorSettings> discover(ConnectorSettings settings, Secrets secrets) {
        if (!settings.document().isEmpty()) {
            return Uni.createFrom().item(settings);
        }
        return Uni.createFrom()
                .deferred(() -> Discovery.discover(server(settings, secrets), vertx))
                .ifNoItem()
                .after(config.maxTimeout())
                .failWith(() -> new UnusableServiceException("it did not say so in time"))
                .map(listing -> settings.with(listing.toJson().toJson()))
                .onFailure()
                .transform(failed -> new UnusableServiceException(
                        (failed instanceof IllegalArgumentException ? "" : "the server was asked what it offers: ")
                                + failed.getMessage()));
    }

    @Override
    public Preparation open(ConnectorSettings settings, Secrets secrets) {
        try {
            Watch watch = new Watch();
            return McpConnector.open(
                            server(settings, secrets),
                            McpListing.parse(settings.document()),
                            schema -> {
                                ArgumentSchema compiled = ArgumentSchema.compile(schema);
                                return result -> compiled.problem(result);
                            },
                            new Reporting(watch),
                            vertx,
                            clock)
                    .fold(
                            opened -> OpenConnector.check(
                                    settings, opened.connector(), texts(opened.skipped()), config.maxTools(), watch),
                            refused -> new Preparation.Refused(
                                    refused.problems().isEmpty()
                                            ? List.of("document: the server offers nothing that can be called")
                                            : texts(refused.problems())));
        } catch (IllegalArgumentException unfit) {
            return new Preparation.Refused(List.of(String.valueOf(unfit.getMessage())));
        }
    }

    private McpConnectorSettings server(ConnectorSettings settings, Secrets secrets) {
        McpServer said = settings.mcp().orElseThrow();
        McpConnectorSettings.Builder server = McpConnectorSettings.of(
                        settings.name(), said.isProgram() ? program(settings, said, secrets) : http(settings, secrets))
                .idempotentTools(settings.idempotent())
                .effects(settings.effects())
                .relay(relay(said.relay()))
                .permit(settings.delivery().permit())
                .timeout(settings.timeout())
                .maxMessageBytes(settings.maxAnswerBytes());
        said.connectTimeout().ifPresent(server::connectTimeout);
        said.maxConcurrent().ifPresent(server::maxConcurrent);
        said.protocol().ifPresent(server::newest);
        said.freshness().ifPresent(server::freshness);
        return server.build();
    }

    private Endpoint http(ConnectorSettings settings, Secrets secrets) {
        if (settings.privateAddresses() && !config.privateAddresses()) {
            throw new IllegalArgumentException(
                    "allowPrivateAddresses: this gateway is configured to call public services only");
        }
        return new Endpoint.Http(
                settings.baseUrl(),
                settings.privateAddresses(),
                secrets.header()
                        .map(header -> Credential.header(header.header(), header.value()))
                        .or(() -> secrets.oauth()
                                .map(client ->
                                        Credential.client(client.of(settings.baseUrl(), settings.privateAddresses()))))
                        .orElseGet(Credential::none),
                settings.privateAddresses() ? Networks.publicAndPrivate() : Networks.publicOnly(),
                Optional.empty());
    }

    private Endpoint program(ConnectorSettings settings, McpServer said, Secrets secrets) {
        McpForm.refusal(config, said.command()).ifPresent(refusal -> {
            throw new IllegalArgumentException("command: " + refusal);
        });
        Set<String> variables = new TreeSet<>(said.environment().keySet());
        variables.addAll(secrets.environment().keySet());
        McpForm.loader(variables).ifPresent(refusal -> {
            throw new IllegalArgumentException("env: " + refusal);
        });
        Map<String, String> environment = new HashMap<>(said.environment());
        Map<String, String> secret = new HashMap<>();
        secrets.environment()
                .forEach((name, value) -> (value.length() < SHORTEST_SECRET ? environment : secret).put(name, value));
        return new Endpoint.Command(said.command(), folder(said.folder().orElse(settings.name())), environment, secret);
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(config.stdioFolder().resolve(name).toAbsolutePath());
        } catch (IOException impossible) {
            throw new IllegalArgumentException(
                    "the folder that programs are started in, writ.catalog.stdio-folder, cannot be made", impossible);
        }
    }

    private static Relay relay(Set<String> on) {
        return new Relay(
                on.contains("elicitation"), on.contains("sampling"), on.contains("roots"), on.contains("logging"));
    }

    private static List<String> texts(List<Skipped> skipped) {
        return skipped.stream().map(one -> one.where() + ": " + one.reason()).toList();
    }

    /** Tells the catalog what the connector finds. */
    private record Reporting(Watch watch) implements Listener {

        @Override
        public void differs(Difference difference) {
            watch.report(deviation(difference));
        }

        private static Deviation deviation(Difference difference) {
            Deviation.Kind kind = switch (difference.kind()) {
                case TOOL -> Deviation.Kind.TOOL;
                case PROMPT -> Deviation.Kind.PROMPT;
                case RESOURCE -> Deviation.Kind.RESOURCE;
            };
            Deviation.Reason reason = Deviation.Reason.DOUBLED;
            Optional<JsonObject> pinned = Optional.empty();
            Optional<JsonObject> live = Optional.empty();
            if (difference instanceof Difference.Added added) {
                reason = Deviation.Reason.ADDED;
                live = Optional.of(added.live());
            } else if (difference instanceof Difference.Changed changed) {
                reason = Deviation.Reason.CHANGED;
                pinned = Optional.of(changed.pinned());
                live = Optional.of(changed.live());
            } else if (difference instanceof Difference.Gone gone) {
                reason = Deviation.Reason.GONE;
                pinned = Optional.of(gone.pinned());
            } else if (difference instanceof Difference.Settled) {
                reason = Deviation.Reason.SETTLED;
            }
            return new Deviation(kind, difference.name(), reason, pinned, live);
        }
    }
}
