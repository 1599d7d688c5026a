package dev.writ.connect.mcp;

import dev.writ.connect.mcp.Operation.Pinned;
import dev.writ.connect.mcp.ResultSchemas.ResultSchema;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The definitions of a pinned listing that became tools, and those that did not.
 *
 * @param skipped each with the reason
 */
record PinnedCatalog(Map<ToolName, Offered> entries, List<Skipped> skipped) {

    /** A tool of ours, and what it is to the server. */
    record Offered(ToolDefinition definition, Operation operation) {}

    static PinnedCatalog read(McpConnectorSettings settings, McpListing listing, ResultSchemas schemas) {
        return new Reading(settings, listing, schemas).catalog();
    }

    Optional<Offered> find(ToolName tool) {
        return Optional.ofNullable(entries.get(tool));
    }

    List<ToolDefinition> definitions() {
        return entries.values().stream().map(Offered::definition).toList();
    }

    /** One pass over a listing. */
    private static final class Reading {
        private static final int MAX_PROMPT_ARGUMENTS = 100;

        private final McpConnectorSettings settings;
        private final McpListing listing;
        private final ResultSchemas schemas;
        private final Map<ToolName, Offered> entries = new TreeMap<>();
        private final Map<ToolName, String> places = new LinkedHashMap<>();
        private final Set<ToolName> doubled = new HashSet<>();
        private final List<Skipped> skipped = new ArrayList<>();

        Reading(McpConnectorSettings settings, McpListing listing, ResultSchemas schemas) {
            this.settings = settings;
            this.listing = listing;
            this.schemas = schemas;
        }

        PinnedCatalog catalog() {
            listing.tools().forEach(tool -> add("tools/", tool, Reading::ownName, this::tool));
            listing.prompts().forEach(prompt -> add("prompts/", prompt, Reading::promptName, this::prompt));
            addPseudoTools();
            doubled.forEach(entries::remove);
            return new PinnedCatalog(entries, List.copyOf(skipped));
        }

        private interface Naming {
            String of(String published) throws UnusableDefinitionException;
        }

        private interface Making {
            Offered of(ToolName name, String published, JsonObject definition) throws UnusableDefinitionException;
        }

        private void add(String list, JsonObject definition, Naming naming, Making making) {
            String published = definition.text("name").orElse("");
            String where = list + printable(published);
            try {
                if (published.isEmpty()) {
                    throw new UnusableDefinitionException("it has no name");
                }
                String text = ToolName.text(settings.name(), naming.of(published));
                if (!ToolName.isWellFormed(text)) {
                    throw new UnusableDefinitionException(
                            "its name has to be letters, digits, '.', '_' and '-', and shorter");
                }
                ToolName name = ToolName.parse(text);
                String other = places.putIfAbsent(name, where);
                if (other != null) {
                    if (doubled.add(name)) {
                        skipped.add(new Skipped(other, "another one would be called '" + name + "' as well"));
                    }
                    throw new UnusableDefinitionException("it would be called '" + name + "', as another one");
                }
                entries.put(name, making.of(name, published, definition));
            } catch (UnusableDefinitionException unusable) {
                skipped.add(new Skipped(where, unusable.reason()));
            }
        }

        private static String ownName(String published) throws UnusableDefinitionException {
            if (published.regionMatches(true, 0, "mcp.", 0, 4)) {
                throw new UnusableDefinitionException("names that begin with 'mcp.' are Writ's own");
            }
            return published;
        }

        private static String promptName(String published) {
            return "mcp.prompt." + published;
        }

        private static String printable(String name) {
            String clean = name.replaceAll("[^\\x20-\\x7e]", "?");
            return clean.length() <= 64 ? clean : clean.substring(0, 64) + "...";
        }

        private Offered tool(ToolName name, String published, JsonObject tool) throws UnusableDefinitionException {
            JsonObject input = Schemas.ofArguments(tool);
            boolean overHttp = settings.endpoint().fold(http -> true, command -> false);
            ParamHeaders mirrored = overHttp ? ParamHeaders.read(input) : ParamHeaders.NONE;
            return new Offered(
                    definition(name, published, describe(tool), input, tool),
                    new Operation.CallTool(new Pinned(Kind.TOOL, published, tool), mirrored, resultSchema(tool)));
        }

        private Optional<ResultSchema> resultSchema(JsonObject tool) throws UnusableDefinitionException {
            Optional<JsonObject> declared = tool.object("outputSchema");
            if (declared.isEmpty()) {
                if (tool.get("outputSchema").isPresent()) {
                    throw new UnusableDefinitionException("its 'outputSchema' is not an object");
                }
                return Optional.empty();
            }
            Schemas.requireUsable("outputSchema", declared.get());
            try {
                return Optional.of(schemas.compile(declared.get()));
            } catch (IllegalArgumentException unusable) {
                throw new UnusableDefinitionException("its 'outputSchema' cannot be used");
            }
        }

        private Offered prompt(ToolName name, String published, JsonObject prompt) throws UnusableDefinitionException {
            return new Offered(
                    definition(name, published, describe(prompt), arguments(prompt), prompt),
                    new Operation.GetPrompt(new Pinned(Kind.PROMPT, published, prompt)));
        }

        private static JsonObject arguments(JsonObject prompt) throws UnusableDefinitionException {
            JsonObject.Builder properties = JsonObject.builder();
            List<String> required = new ArrayList<>();
            List<JsonValue> arguments =
                    prompt.array("arguments").map(JsonArray::items).orElse(List.of());
            if (arguments.size() > MAX_PROMPT_ARGUMENTS) {
                throw new UnusableDefinitionException("it has more than " + MAX_PROMPT_ARGUMENTS + " arguments");
            }
            for (JsonValue item : arguments) {
                JsonObject argument = item instanceof JsonObject object ? object : JsonObject.empty();
                String name = argument.text("name")
                        .orElseThrow(() -> new UnusableDefinitionException("one of its arguments has no name"));
                properties.put(
                        name,
                        JsonObject.builder()
                                .put("type", "string")
                                .put("description", argument.text("description"))
                                .build());
                if (argument.isTrue("required")) {
                    required.add(name);
                }
            }
            return object(properties.build(), required);
        }

        private void addPseudoTools() {
            if (listing.offers("resources")) {
                plain("resources.read", "resources/read", "Reads a resource of the server.", uri());
            }
            if (listing.capabilities()
                    .object("resources")
                    .filter(resources -> resources.isTrue("subscribe"))
                    .isPresent()) {
                plain("resources.subscribe", "resources/subscribe", "Subscribes to changes of a resource.", uri());
            }
            if (listing.offers("completions")) {
                plain("complete", "completion/complete", "Proposes values of an argument.", completion());
            }
        }

        private void plain(String own, String method, String description, JsonObject schema) {
            ToolName name = ToolName.parse(settings.name() + ".mcp." + own);
            ToolDefinition definition = new ToolDefinition(
                    name, settings.name(), description, schema, false, effects(name), Optional.empty());
            entries.put(name, new Offered(definition, new Operation.Plain(method)));
        }

        private static JsonObject uri() {
            JsonObject text = JsonObject.builder().put("type", "string").build();
            return object(JsonObject.builder().put("uri", text).build(), List.of("uri"));
        }

        /** MCP {@code CompleteRequestParams}. */
        private static JsonObject completion() {
            JsonObject object = JsonObject.builder().put("type", "object").build();
            return object(
                    JsonObject.builder()
                            .put("ref", object)
                            .put("argument", object)
                            .put("context", object)
                            .build(),
                    List.of("ref", "argument"));
        }

        private static JsonObject object(JsonObject properties, List<String> required) {
            return JsonObject.builder()
                    .put("type", "object")
                    .put("properties", properties)
                    .put("required", JsonArray.ofTexts(required))
                    .put("additionalProperties", JsonBoolean.FALSE)
                    .build();
        }

        private ToolDefinition definition(
                ToolName name, String published, String description, JsonObject input, JsonObject verbatim) {
            boolean idempotent = settings.idempotentTools().contains(published);
            return new ToolDefinition(
                    name, settings.name(), description, input, idempotent, effects(name), Optional.of(verbatim));
        }

        private ToolEffects effects(ToolName name) {
            return settings.effects().getOrDefault(name, ToolEffects.UNSAID);
        }

        private static String describe(JsonObject definition) {
            return definition
                    .text("description")
                    .filter(text -> !text.isBlank())
                    .or(() -> definition.text("title").filter(text -> !text.isBlank()))
                    .orElse("The server says nothing about it.");
        }
    }
}
