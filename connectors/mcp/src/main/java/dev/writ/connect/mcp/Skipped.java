package dev.writ.connect.mcp;

/**
 * A definition of a server that became no tool.
 *
 * @param where which one, such as {@code tools/search}
 * @param reason what is wrong with it
 */
public record Skipped(String where, String reason) {}
