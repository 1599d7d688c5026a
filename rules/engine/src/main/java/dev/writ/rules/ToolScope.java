package dev.writ.rules;

import dev.writ.model.ToolName;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tools that a bundle may speak about; of any other it says nothing.
 *
 * @param patterns names of tools, or beginnings of names followed by {@code *}, such as {@code billing.*}
 */
public record ToolScope(List<String> patterns) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");
    private static final Pattern BEGINNING = Pattern.compile("([a-z0-9][a-z0-9._-]{0,126})?\\*");

    public ToolScope {
        patterns = List.copyOf(patterns);
        for (String pattern : patterns) {
            if (!isPattern(pattern)) {
                throw new IllegalArgumentException(
                        "a scope holds names of tools, or beginnings of names followed by '*', such as billing.*");
            }
        }
    }

    public static boolean isPattern(String text) {
        return isToolName(text) || BEGINNING.matcher(text).matches();
    }

    static boolean isToolName(String text) {
        return NAME.matcher(text).matches();
    }

    public boolean covers(ToolName tool) {
        for (String pattern : patterns) {
            if (pattern.endsWith("*")
                    ? tool.value().startsWith(pattern.substring(0, pattern.length() - 1))
                    : tool.value().equals(pattern)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it holds no tool, known or not, that the other does not hold too. */
    public boolean isWithin(ToolScope other) {
        return patterns.stream().allMatch(other::holds);
    }

    private boolean holds(String wanted) {
        return patterns.stream()
                .anyMatch(pattern -> pattern.endsWith("*")
                        ? wanted.startsWith(pattern.substring(0, pattern.length() - 1))
                        : wanted.equals(pattern));
    }

    @Override
    public String toString() {
        return String.join(", ", patterns);
    }
}
