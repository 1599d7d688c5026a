package dev.writ.connect.mcp;

/** What a server defines. */
public enum Kind {
    TOOL("tools"),
    PROMPT("prompts"),
    RESOURCE("resources");

    private final String list;

    Kind(String list) {
        this.list = list;
    }

    /** As in {@code tools/list}. */
    public String list() {
        return list;
    }
}
