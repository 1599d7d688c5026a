package dev.writ.rules;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Finds the tools that a bundle names, in rules, cases and scope, for authors who have no definitions of them. */
final class AssumedTools {

    /** Allows every argument, of every type. */
    private static final JsonObject ANYTHING = JsonObject.builder()
            .put("type", "object")
            .put("additionalProperties", JsonObject.empty())
            .build();

    private AssumedTools() {}

    static List<ToolDefinition> of(PolicyBundle bundle) {
        Set<String> names = new TreeSet<>();
        bundle.scope().patterns().forEach(pattern -> names.add(pattern.replace("*", "any")));
        bundle.texts("", BundleFiles.RULES_SUFFIX).forEach((file, text) -> inRules(file, text, names));
        bundle.texts(BundleFiles.CASES, BundleFiles.CASES_SUFFIX)
                .forEach((file, text) -> YamlValue.parse(file, text, new ArrayList<>())
                        .flatMap(YamlValue::json)
                        .ifPresent(json -> inCases(json, names)));
        return names.stream()
                .filter(ToolName::isWellFormed)
                .map(AssumedTools::named)
                .toList();
    }

    /** A tool of that name, with whatever arguments. */
    static ToolDefinition named(String name) {
        return new ToolDefinition(new ToolName(name), connector(name), "", ANYTHING, false);
    }

    private static String connector(String tool) {
        int dot = tool.indexOf('.');
        return dot < 0 ? tool : tool.substring(0, dot);
    }

    /** Whatever is written behind {@code tool ==} and {@code tool in}. */
    private static void inRules(String file, String text, Set<String> names) {
        List<Token> tokens = Lexer.tokens(file, text, new ArrayList<>());
        boolean listing = false;
        boolean comparing = false;
        for (Token token : tokens) {
            if (token.is(Token.Kind.WORD, FactFields.TOOL)) {
                comparing = true;
            } else if (token.kind() == Token.Kind.TEXT && (comparing || listing)) {
                names.add(token.text());
                comparing = false;
            } else if (token.is(Token.Kind.SYMBOL, "(")) {
                listing = comparing;
            } else if (token.is(Token.Kind.SYMBOL, ")")) {
                listing = false;
                comparing = false;
            }
        }
    }

    /** The texts at {@code tool}, at any depth but in arguments and extracts. */
    private static void inCases(JsonValue json, Set<String> names) {
        if (json instanceof JsonArray array) {
            array.items().forEach(item -> inCases(item, names));
        } else if (json instanceof JsonObject object) {
            object.members().forEach((key, value) -> {
                if (key.equals(FactFields.TOOL) && value instanceof JsonString name) {
                    names.add(name.value());
                } else if (!key.equals("arguments") && !key.equals("extracts")) {
                    inCases(value, names);
                }
            });
        }
    }
}
