package dev.writ.gateway.catalog;

import dev.writ.connect.Connector;
import dev.writ.connect.Dialogue;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.ToolListing;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tools that somebody else carries out, and the gateway only decides about: those of a coding agent, of a proxy, of an application that
 * asks before it acts. The document lists them as an MCP server would answer {@code tools/list}, and may list {@link Entities} beside them.
 */
@ApplicationScoped
@Typed(ExternalTechnology.class)
class ExternalTechnology implements Technology {

    private final CatalogConfig config;

    ExternalTechnology(CatalogConfig config) {
        this.config = config;
    }

    @Override
    public Preparation open(ConnectorSettings settings, Secrets secrets) {
        if (!secrets.isEmpty()) {
            return new Preparation.Refused(List.of("credential: nothing is sent to these tools; leave it out"));
        }
        List<BundleProblem> problems = new ArrayList<>();
        Optional<JsonValue> json = ToolListing.parse("document", settings.document(), problems);
        List<ToolDefinition> tools = json.map(
                        listing -> ToolListing.read("document", listing, settings.name(), problems))
                .orElse(List.of());
        Set<ToolName> names = new HashSet<>();
        Entities entities = Entities.NONE;
        List<String> unfit = new ArrayList<>();
        try {
            entities = json.map(Entities::of).orElse(Entities.NONE);
        } catch (IllegalArgumentException wrong) {
            unfit.add("document: " + wrong.getMessage());
        }
        List<String> refusals = Stream.concat(
                        Stream.concat(problems.stream().map(BundleProblem::toString), unfit.stream()),
                        tools.stream()
                                .map(ToolDefinition::name)
                                .filter(name -> !names.add(name))
                                .map(twice -> "document: two of its tools are called " + twice))
                .toList();
        if (!refusals.isEmpty()) {
            return new Preparation.Refused(refusals);
        }
        List<ToolDefinition> said = tools.stream()
                .map(tool -> Optional.ofNullable(settings.effects().get(tool.name()))
                        .map(tool::with)
                        .orElse(tool))
                .toList();
        Entities known = entities;
        Map<ToolName, String> own =
                json.map(listing -> ToolListing.own(listing, settings.name())).orElse(Map.of());
        return OpenConnector.check(settings, new External(settings.name(), said, own), List.of(), config.maxTools())
                .fold(
                        ready -> new Preparation.Ready(ready.connector().with(known), ready.skipped()),
                        refused -> refused);
    }

    /**
     * Sends nothing.
     *
     * @param names as the document has them
     */
    record External(String name, List<ToolDefinition> tools, Map<ToolName, String> names) implements Connector {

        External {
            tools = List.copyOf(tools);
            names = Map.copyOf(names);
        }

        Optional<String> own(ToolName tool) {
            return Optional.ofNullable(names.get(tool));
        }

        @Override
        public Uni<ToolResult> invoke(Permit permit, Dialogue dialogue) {
            return Uni.createFrom()
                    .item(new ToolResult.Failed(
                            "somebody else carries out this tool; nothing was sent",
                            Optional.empty(),
                            ToolResult.Traffic.NONE));
        }

        @Override
        public void close() {}
    }
}
