package dev.writ.rules;

import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The tools that a bundle's rules are checked against. */
final class Tools {

    static final String THROUGH_ITEMS =
            "a path through the items of a list leads to a list; it is read with list(\"...\") or size(\"...\")";

    private final Map<ToolName, ArgumentSchema> known = new TreeMap<>();
    private final ToolScope scope;
    private final Map<String, Integer> shared = new HashMap<>();

    Tools(Collection<ToolDefinition> known, ToolScope scope) {
        known.forEach(tool -> this.known.put(tool.name(), new ArgumentSchema(tool.inputSchema())));
        this.scope = scope;
    }

    /** Where what is read there of the call is kept, for all rules of one compilation; none if there are too many places. */
    OptionalInt shared(FactField.At field, JsonPath path, ZoneId zone) {
        String place = field.name() + "/" + zone + "/" + String.join(".", path.members());
        if (!shared.containsKey(place) && shared.size() == Evaluation.SHARED) {
            return OptionalInt.empty();
        }
        Integer next = shared.size();
        Integer known = shared.putIfAbsent(place, next);
        return OptionalInt.of(known == null ? next : known);
    }

    /**
     * What is wrong with naming that tool.
     *
     * @param speaksAbout the rule says something of calls of it, and does not merely look back at some
     */
    Optional<String> problemWith(String name, boolean speaksAbout) {
        List<String> names = known.keySet().stream().map(ToolName::value).toList();
        if (!names.contains(name)) {
            return Optional.of("there is no tool '" + name + "'; " + Nearest.hint(name, names));
        }
        if (speaksAbout && !scope.covers(new ToolName(name))) {
            return Optional.of("the tool '" + name + "' is outside this bundle's scope, which is " + scope);
        }
        return Optional.empty();
    }

    /**
     * What is wrong with reading an argument of calls of those tools; if none is named, of any tool at all.
     *
     * @param speaksAbout as in {@link #problemWith}
     */
    Optional<String> problemWith(Set<ToolName> tools, boolean speaksAbout, FactField.At field, String path) {
        return problemWith(tools, speaksAbout, field.name(), field.read(), path);
    }

    /** As above, of whatever is called so and about values of that type. */
    Optional<String> problemWith(Set<ToolName> tools, boolean speaksAbout, String called, ValueType type, String path) {
        Optional<JsonPath> parsed = JsonPath.parse(path);
        if (parsed.isEmpty()) {
            return Optional.of("a path is the names of members with dots between, such as payment.amount");
        }
        if (parsed.get().isThroughItems() && type != ValueType.LIST) {
            return Optional.of(THROUGH_ITEMS);
        }
        if (tools.isEmpty()) {
            return problemWithAny(speaksAbout, called, type, path, parsed.get());
        }
        for (ToolName tool : tools) {
            ArgumentSchema schema = known.get(tool);
            if (schema == null) {
                continue; // reported where the tool is named
            }
            Set<String> types = schema.typesAt(parsed.get());
            if (types.isEmpty()) {
                return Optional.of(hasNo(tool, path, parsed.get(), schema));
            }
            if (types.stream().noneMatch(type::reads)) {
                return Optional.of(wrongType(tool, path, types, called));
            }
        }
        return Optional.empty();
    }

    /** What is wrong with naming an argument of calls of those tools; if none is named, of any that the rule may be about. */
    Optional<String> problemWithPath(Set<ToolName> tools, String path) {
        Optional<JsonPath> parsed = JsonPath.parse(path);
        if (parsed.isEmpty()) {
            return Optional.of("a path is the names of members with dots between, such as payment.amount");
        }
        if (parsed.get().isThroughItems()) {
            return Optional.of("items have no origin of their own; name the list");
        }
        for (ToolName tool : tools) {
            ArgumentSchema schema = known.get(tool);
            if (schema != null && schema.typesAt(parsed.get()).isEmpty()) {
                return Optional.of(hasNo(tool, path, parsed.get(), schema));
            }
        }
        boolean declared = !tools.isEmpty()
                || known.entrySet().stream()
                        .anyMatch(tool -> scope.covers(tool.getKey())
                                && !tool.getValue().typesAt(parsed.get()).isEmpty());
        return declared ? Optional.empty() : Optional.of(noneHas(path));
    }

    private Optional<String> problemWithAny(
            boolean speaksAbout, String called, ValueType type, String path, JsonPath parsed) {
        boolean declared = false;
        for (Map.Entry<ToolName, ArgumentSchema> tool : known.entrySet()) {
            if (speaksAbout && !scope.covers(tool.getKey())) {
                continue;
            }
            Set<String> types = tool.getValue().typesAt(parsed);
            if (!types.isEmpty() && types.stream().noneMatch(type::reads)) {
                return Optional.of(wrongType(tool.getKey(), path, types, called));
            }
            declared |= !types.isEmpty();
        }
        return declared ? Optional.empty() : Optional.of(noneHas(path));
    }

    private static String hasNo(ToolName tool, String path, JsonPath parsed, ArgumentSchema schema) {
        return tool + " has no argument '" + path + "'; "
                + Nearest.hint(parsed.members().get(0), schema.memberNames());
    }

    private static String noneHas(String path) {
        return "no tool that this rule may be about has an argument '" + path + "'; name the tool with tool == \"...\"";
    }

    private static String wrongType(ToolName tool, String path, Set<String> types, String called) {
        return "the argument '" + path + "' of " + tool + " is of type "
                + types.stream().sorted().collect(Collectors.joining(" or ")) + "; " + called
                + "(\"...\") is about another type";
    }
}
