package dev.writ.gateway.mcp;

import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.Offer;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The prompts that a principal may get, getting them, and completing their arguments. */
@ApplicationScoped
class PromptMethods {

    private static final Set<String> COMPLETED = Set.of("argument", "context");

    /** Clients hear of one capability for all servers, some of which complete nothing. */
    private static final JsonObject NO_COMPLETION =
            (JsonObject) JsonValue.parse("{\"completion\": {\"values\": [], \"hasMore\": false}}");

    private final ToolCalls calls;
    private final Catalog catalog;
    private final PlainCalls plain;
    private final Lists lists;
    private final ResourceHomes homes;

    PromptMethods(ToolCalls calls, Catalog catalog, PlainCalls plain, Lists lists, ResourceHomes homes) {
        this.calls = calls;
        this.catalog = catalog;
        this.plain = plain;
        this.lists = lists;
        this.homes = homes;
    }

    JsonObject list(Asked asked) {
        Set<ToolName> callable = callable(asked);
        SortedMap<String, JsonObject> prompts = new TreeMap<>();
        catalog.promptNames()
                .all()
                .forEach((thing, name) -> Optional.of(thing)
                        .filter(callable::contains)
                        .flatMap(catalog::tool)
                        .flatMap(tool -> tool.definition().published())
                        .ifPresent(published -> prompts.put(name, ToolView.named(name, published))));
        return lists.page(asked, "prompts", prompts);
    }

    private Set<ToolName> callable(Asked asked) {
        return calls.tools(Submitting.onBehalfOf(asked)).stream()
                .map(tool -> tool.definition().name())
                .collect(Collectors.toSet());
    }

    Uni<JsonObject> get(Visit visit) {
        PinnedTool prompt = find(visit.asked().text("name"));
        return plain.call(
                visit, Submitting.of(visit.asked(), prompt.definition().name(), Submitting.arguments(visit.asked())));
    }

    Uni<JsonObject> complete(Visit visit) {
        JsonObject ref = visit.asked().params().object("ref").orElseGet(JsonObject::empty);
        return switch (ref.text("type").orElse("")) {
            case "ref/prompt" -> complete(visit, ref);
            case "ref/resource" -> {
                String template =
                        ref.text("uri").orElseThrow(() -> McpException.invalid("'ref' of a resource has its 'uri'."));
                yield homes.ofTemplate(visit.asked(), template)
                        .chain(connector -> visit.there(() -> complete(visit, connector, ref)));
            }
            default -> throw McpException.invalid("'ref' is of type ref/prompt or ref/resource.");
        };
    }

    /** Of an argument of a prompt that the caller might get; the server knows it by its own name. */
    private Uni<JsonObject> complete(Visit visit, JsonObject ref) {
        PinnedTool prompt =
                find(ref.text("name").orElseThrow(() -> McpException.invalid("'ref' of a prompt has its 'name'.")));
        if (!callable(visit.asked()).contains(prompt.definition().name())) {
            throw unknown();
        }
        String own = prompt.definition()
                .published()
                .flatMap(published -> published.text("name"))
                .orElseThrow();
        JsonObject theirs =
                JsonObject.builder().put("type", "ref/prompt").put("name", own).build();
        return complete(visit, prompt.definition().connector(), theirs);
    }

    private Uni<JsonObject> complete(Visit visit, String connector, JsonObject ref) {
        ToolName complete = ToolName.parse(connector + ".mcp.complete");
        if (catalog.tool(complete).isEmpty()) {
            return Uni.createFrom().item(NO_COMPLETION);
        }
        Map<String, JsonValue> arguments = new LinkedHashMap<>();
        arguments.put("ref", ref);
        visit.asked().params().members().forEach((name, value) -> {
            if (COMPLETED.contains(name)) {
                arguments.put(name, value);
            }
        });
        return plain.call(visit, Submitting.of(visit.asked(), complete, new JsonObject(arguments)));
    }

    private PinnedTool find(String name) {
        return catalog.promptNames()
                .find(name)
                .flatMap(catalog::tool)
                .filter(tool -> tool.offer() == Offer.PROMPT)
                .orElseThrow(PromptMethods::unknown);
    }

    private static McpException unknown() {
        return McpException.invalid("There is no such prompt. prompts/list has those there are.");
    }
}
