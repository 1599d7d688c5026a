package dev.writ.rules;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lists of tools as people have them at hand, in JSON or YAML: what {@code GET /v1/tools} of a gateway answers, and what an MCP server
 * answers to {@code tools/list}.
 */
public final class ToolListing {

    private static final String CONNECTOR = "connector";
    private static final Pattern CONNECTOR_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private ToolListing() {}

    /** It as JSON; empty, and reported, if it is neither JSON nor YAML. */
    public static Optional<JsonValue> parse(String file, String text, List<BundleProblem> problems) {
        if (text.stripLeading().startsWith("{") || text.stripLeading().startsWith("[")) {
            try {
                return Optional.of(JsonValue.parse(text));
            } catch (JsonException malformed) {
                problems.add(BundleProblem.ofFile(file, "is not JSON: " + malformed.getMessage()));
                return Optional.empty();
            }
        }
        return YamlValue.parse(file, text, problems).flatMap(YamlValue::json);
    }

    /** The connector that a listing names beside its tools, with a member {@code connector}. */
    public static Optional<String> connector(JsonValue listing) {
        return listing instanceof JsonObject object ? object.text(CONNECTOR) : Optional.empty();
    }

    /**
     * The tools in it.
     *
     * @param unnamed under which a gateway would register an MCP server whose listing names no connector; its tools are called
     *     {@code connector.tool}
     */
    public static List<ToolDefinition> read(
            String file, JsonValue listing, String unnamed, List<BundleProblem> problems) {
        String connector = connector(listing).orElse(unnamed);
        if (!connector.isEmpty() && !CONNECTOR_NAME.matcher(connector).matches()) {
            problems.add(BundleProblem.ofFile(
                    file,
                    "'" + printable(connector)
                            + "' is no name of a connector: lower-case letters, digits, '_' and '-'"));
            return List.of();
        }
        Optional<JsonArray> items = items(listing);
        if (items.isEmpty()) {
            problems.add(BundleProblem.ofFile(
                    file,
                    "holds no tools; it is what GET /v1/tools of a gateway answers, what an MCP server answers to"
                            + " tools/list, or an OpenAPI document"));
            return List.of();
        }
        List<ToolDefinition> tools = new ArrayList<>();
        for (JsonValue item : items.get().items()) {
            try {
                tool(item, connector).ifPresentOrElse(tools::add, () -> problems.add(notATool(file, item)));
            } catch (IllegalArgumentException unfit) {
                problems.add(BundleProblem.ofFile(file, "the 'effects' of a tool: " + unfit.getMessage()));
            }
        }
        return tools;
    }

    /**
     * What the listing itself calls each tool that {@link #read} finds in it.
     *
     * @param unnamed as there
     */
    public static Map<ToolName, String> own(JsonValue listing, String unnamed) {
        String connector = connector(listing).orElse(unnamed);
        Map<ToolName, String> names = new HashMap<>();
        for (JsonValue item : items(listing).map(JsonArray::items).orElse(List.of())) {
            if (item instanceof JsonObject tool) {
                Optional<String> registered = tool.text(CONNECTOR);
                tool.text("name").ifPresent(written -> {
                    String known = registered.isPresent() ? written : ToolName.text(connector, written);
                    String prefix = registered.orElse(connector) + ".";
                    if (ToolName.isWellFormed(known) && known.startsWith(prefix)) {
                        names.put(
                                new ToolName(known),
                                registered.isPresent() ? known.substring(prefix.length()) : written);
                    }
                });
            }
        }
        return names;
    }

    private static Optional<JsonArray> items(JsonValue listing) {
        if (listing instanceof JsonArray array) {
            return Optional.of(array);
        }
        if (!(listing instanceof JsonObject object)) {
            return Optional.empty();
        }
        return object.array("items")
                .or(() -> object.array("tools"))
                .or(() -> object.object("result").flatMap(result -> result.array("tools")));
    }

    private static Optional<ToolDefinition> tool(JsonValue item, String connector) {
        if (!(item instanceof JsonObject tool)) {
            return Optional.empty();
        }
        Optional<String> registered = tool.text(CONNECTOR);
        Optional<String> name = tool.text("name")
                .map(written -> registered.isPresent() ? written : ToolName.text(connector, written))
                .filter(ToolName::isWellFormed);
        return name.flatMap(known -> tool.object("inputSchema")
                .map(schema -> new ToolDefinition(
                        new ToolName(known),
                        registered.orElse(connector),
                        tool.text("description").orElse(""),
                        schema,
                        tool.isTrue("idempotent"),
                        tool.object("effects").map(ToolEffects::fromJson).orElse(ToolEffects.UNSAID),
                        Optional.empty())));
    }

    private static BundleProblem notATool(String file, JsonValue item) {
        String name = item instanceof JsonObject tool
                ? tool.text("name").map(text -> " '" + printable(text) + "'").orElse("")
                : "";
        return BundleProblem.ofFile(
                file, "the tool" + name + " needs a 'name' of letters, digits, '.', '_' and '-', and an 'inputSchema'");
    }

    private static String printable(String text) {
        String ascii = new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
        return ascii.replaceAll("\\p{Cntrl}", "?");
    }
}
