package dev.writ.gateway.catalog;

import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How what a server offers now differs from what is pinned.
 *
 * @param own as the server calls it; of a card its URL
 * @param pinned and {@code live}: the definition as it was and as it is; absent where there is none
 */
record Deviation(Kind kind, String own, Reason reason, Optional<JsonObject> pinned, Optional<JsonObject> live) {

    /** What differs. */
    enum Kind {
        TOOL("tools"),
        PROMPT("prompts"),
        RESOURCE("resourceTemplates"),
        /** Of an agent: it is about all of its tools, and in no listing. */
        CARD("");

        /** What an MCP server lists. */
        static final List<Kind> LISTED = List.of(TOOL, PROMPT, RESOURCE);

        private final String list;

        Kind(String list) {
            this.list = list;
        }

        /** Member of a listing; empty for what is in none. */
        String list() {
            return list;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How it differs. */
    enum Reason {
        ADDED,
        CHANGED,
        GONE,
        /** The server lists the name more than once. */
        DOUBLED,
        /** It does not differ any more. */
        SETTLED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What it is called inside, if it can be called. */
    Optional<ToolName> tool(String connector) {
        String inside = ToolName.text(connector, kind == Kind.PROMPT ? "mcp.prompt." + own : own);
        return Optional.of(inside)
                .filter(name -> (kind == Kind.TOOL || kind == Kind.PROMPT) && ToolName.isWellFormed(name))
                .map(ToolName::parse);
    }

    /** Of what the server says now; of what it said where it says nothing any more, or too much. */
    Digest digest() {
        return live.or(() -> pinned).map(Digest::of).orElseGet(() -> Digest.of(own.getBytes(StandardCharsets.UTF_8)));
    }

    String key() {
        return key(kind, own);
    }

    static String key(Kind kind, String own) {
        return kind.text() + "/" + own;
    }

    @Override
    public String toString() {
        return "Deviation[" + kind + ", " + reason + "]";
    }
}
