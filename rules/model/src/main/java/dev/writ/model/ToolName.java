package dev.writ.model;

import java.util.regex.Pattern;

/** The name of a tool, for example {@code billing.refund}: the connector's name, a dot, and the tool's own. */
public record ToolName(String value) implements Comparable<ToolName> {

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    public ToolName {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException(
                    "tool name '" + printable(value) + "': lower-case letters, digits, '.', '_', '-', 128 at most");
        }
    }

    public static boolean isWellFormed(String value) {
        return FORM.matcher(value).matches();
    }

    public static ToolName parse(String value) {
        return new ToolName(value);
    }

    private static String printable(String value) {
        String clean = value.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= 40 ? clean : clean.substring(0, 40) + "...";
    }

    @Override
    public int compareTo(ToolName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
