package dev.writ.gateway.catalog;

import dev.writ.gateway.catalog.ConnectorResource.Effects;
import dev.writ.gateway.catalog.ConnectorResource.Fields;
import dev.writ.gateway.catalog.ConnectorResource.Items;
import dev.writ.gateway.catalog.ConnectorResource.Piece;
import dev.writ.gateway.catalog.ConnectorResource.Registration;
import dev.writ.gateway.origin.Provenance;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.RiskClass;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what an operator registers, and names every member that cannot be used at once. */
@ApplicationScoped
class RegistrationForm {

    private final CatalogConfig config;
    private final McpForm servers;

    RegistrationForm(CatalogConfig config, McpForm servers) {
        this.config = config;
        this.servers = servers;
    }

    /**
     * The settings it asks for.
     *
     * @throws Problem that lists what is missing or cannot be used
     */
    ConnectorSettings settings(Registration registration) {
        RegistrationProblems problems = new RegistrationProblems();
        String name = problems.present("name", registration.name());
        String kind = problems.present("kind", registration.kind());
        boolean asksServer = kind.equals(ConnectorSettings.MCP) && registration.document() == null;
        String document = asksServer ? "" : problems.present("document", registration.document());
        URI baseUrl = problems.read("baseUrl", URI.create(""), () -> baseUrl(kind, registration, problems));
        Optional<McpServer> mcp =
                problems.read("mcp", Optional.empty(), () -> servers.server(kind, registration, problems));
        Optional<Sandbox> sandbox =
                problems.read("sandbox", Optional.empty(), () -> sandbox(kind, baseUrl, registration, problems));
        Optional<PinnedCard> card = problems.read(
                "card",
                Optional.empty(),
                () -> Optional.ofNullable(registration.card())
                        .map(url -> new PinnedCard(URI.create(url), Optional.empty())));
        Duration timeout = problems.read("timeout", config.timeout(), () -> timeout(registration.timeout()));
        int answer = problems.read("maxResponse", 1, () -> answer(registration.maxResponse()));
        Delivery delivery =
                problems.read("delivery", Delivery.DEFAULT, () -> DeliveryForm.read(registration.delivery()));
        Map<ToolName, Extracts> extracts = extracts(registration, problems);
        Map<ToolName, Set<String>> labels = labels(registration, problems);
        Map<ToolName, Provenance> provenance = provenance(registration, problems);
        Map<ToolName, ToolEffects> effects = effects(registration, problems);
        problems.refuse();
        return problems.required(() -> new ConnectorSettings(
                name,
                kind,
                baseUrl,
                document,
                Boolean.TRUE.equals(registration.allowPrivateAddresses()),
                Set.copyOf(Objects.requireNonNullElse(registration.idempotent(), List.of())),
                delivery,
                extracts,
                labels,
                provenance,
                effects,
                timeout,
                answer,
                Optional.ofNullable(registration.prefix()),
                mcp,
                sandbox,
                card));
    }

    private static URI baseUrl(String kind, Registration registration, RegistrationProblems problems) {
        if (kind.equals(ConnectorSettings.EXTERNAL) || registration.command() != null) {
            return URI.create("");
        }
        if (!kind.equals(ConnectorSettings.MCP)) {
            return URI.create(problems.present("baseUrl", registration.baseUrl()));
        }
        String url = registration.url() == null ? registration.baseUrl() : registration.url();
        if (url == null) {
            problems.add("url", "it is missing; an MCP server has one, or is a 'command'");
        }
        return URI.create(Objects.requireNonNullElse(url, ""));
    }

    /**
     * The credential and other secrets it brings, if any.
     *
     * @throws Problem if half of it is missing
     */
    Secrets secrets(Registration registration) {
        return SecretsForm.read(registration);
    }

    private Optional<Sandbox> sandbox(String kind, URI own, Registration registration, RegistrationProblems problems) {
        SandboxForm said = registration.sandbox();
        if (said == null) {
            return Optional.empty();
        }
        Sandbox sandbox = said.sandbox(kind, own);
        if (!sandbox.command().isEmpty()) {
            servers.program("sandbox/", sandbox.command(), said.env(), said.secretEnv(), problems);
        }
        return Optional.of(sandbox);
    }

    private Duration timeout(@Nullable String text) {
        Duration timeout = text == null ? config.timeout() : DurationConverter.parseDuration(text);
        if (timeout.toMillis() < 1 || timeout.compareTo(config.maxTimeout()) > 0) {
            throw new IllegalArgumentException(
                    "it is at most " + config.maxTimeout().toSeconds() + "s");
        }
        return timeout;
    }

    private int answer(@Nullable String text) {
        long most = config.maxAnswer().asLongValue();
        long bytes = (text == null ? config.answer() : new MemorySizeConverter().convert(text)).asLongValue();
        if (bytes < 2 || bytes > most) {
            throw new IllegalArgumentException("it is at most " + most + " bytes");
        }
        return Math.toIntExact(bytes);
    }

    private static Map<ToolName, Extracts> extracts(Registration registration, RegistrationProblems problems) {
        Map<ToolName, Extracts> byTool = new TreeMap<>();
        Objects.requireNonNullElse(registration.extracts(), Map.<String, Map<String, Piece>>of())
                .forEach((tool, pieces) -> problems.read(
                        "extracts/" + tool, Extracts.NONE, () -> byTool.put(ToolName.parse(tool), extracts(pieces))));
        return byTool;
    }

    private static Extracts extracts(Map<String, Piece> pieces) {
        return new Extracts(pieces.entrySet().stream()
                .map(piece -> Extract.of(
                        piece.getKey(),
                        Objects.requireNonNullElse(piece.getValue().path(), ""),
                        Objects.requireNonNullElse(piece.getValue().maxBytes(), Extract.DEFAULT_MAX_BYTES)))
                .toList());
    }

    private static Map<ToolName, Set<String>> labels(Registration registration, RegistrationProblems problems) {
        Map<ToolName, Set<String>> byTool = new TreeMap<>();
        Objects.requireNonNullElse(registration.labels(), Map.<String, List<String>>of())
                .forEach((tool, labels) -> problems.read(
                        "labels/" + tool, Set.of(), () -> byTool.put(ToolName.parse(tool), Set.copyOf(labels))));
        return byTool;
    }

    private static Map<ToolName, Provenance> provenance(Registration registration, RegistrationProblems problems) {
        Map<ToolName, Provenance> byTool = new TreeMap<>();
        Objects.requireNonNullElse(registration.provenance(), Map.<String, Fields>of())
                .forEach((tool, fields) -> problems.read(
                        "provenance/" + tool,
                        Provenance.NONE,
                        () -> byTool.put(
                                ToolName.parse(tool),
                                new Provenance(
                                        Objects.requireNonNullElse(fields.trusted(), List.of()),
                                        Objects.requireNonNullElse(fields.untrusted(), List.of()),
                                        Objects.requireNonNullElse(fields.names(), List.of()),
                                        referred(fields)))));
        return byTool;
    }

    private static Map<ToolName, ToolEffects> effects(Registration registration, RegistrationProblems problems) {
        Map<ToolName, ToolEffects> byTool = new TreeMap<>();
        Objects.requireNonNullElse(registration.effects(), Map.<String, Effects>of())
                .forEach((tool, said) -> problems.read(
                        "effects/" + tool,
                        ToolEffects.UNSAID,
                        () -> byTool.put(
                                ToolName.parse(tool),
                                new ToolEffects(
                                        Optional.ofNullable(said.risk()).map(RiskClass::parse),
                                        Optional.ofNullable(said.reversible()),
                                        Optional.ofNullable(said.outbound()),
                                        Optional.ofNullable(said.readOnly())))));
        return byTool;
    }

    private static List<Provenance.Referral> referred(Fields fields) {
        return Objects.requireNonNullElse(fields.referred(), List.<Items>of()).stream()
                .map(items -> new Provenance.Referral(
                        Objects.requireNonNullElse(items.each(), ""),
                        Objects.requireNonNullElse(items.by(), List.of()),
                        Objects.requireNonNullElse(items.fields(), List.of()),
                        Objects.requireNonNullElse(items.arguments(), List.of())))
                .toList();
    }
}
