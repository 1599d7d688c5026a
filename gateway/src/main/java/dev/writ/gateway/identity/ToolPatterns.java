package dev.writ.gateway.identity;

import dev.writ.model.ToolName;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The tools that a key may be used for.
 *
 * @param patterns names of tools, in which a segment between dots may be {@code *}, and whose end may be: {@code billing.*},
 *     {@code files.read_*}, {@code *.search}. None stands for every tool.
 */
record ToolPatterns(List<String> patterns) {

    static final ToolPatterns ALL = new ToolPatterns(List.of());

    static final int MOST = 100;

    private static final int LONGEST = 128;

    private static final Pattern LETTERS = Pattern.compile("[a-z0-9._*-]+");

    ToolPatterns {
        patterns = List.copyOf(new TreeSet<>(patterns));
        if (patterns.size() > MOST || !patterns.stream().allMatch(ToolPatterns::isPattern)) {
            throw new IllegalArgumentException("at most " + MOST + " patterns such as billing.*");
        }
    }

    /** A star ends the pattern, or is the whole of a segment. */
    static boolean isPattern(String text) {
        if (text.length() > LONGEST || !LETTERS.matcher(text).matches()) {
            return false;
        }
        int last = text.length() - 1;
        for (int star = text.indexOf('*'); star >= 0 && star < last; star = text.indexOf('*', star + 1)) {
            if ((star > 0 && text.charAt(star - 1) != '.') || text.charAt(star + 1) != '.') {
                return false;
            }
        }
        return true;
    }

    boolean cover(ToolName tool) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> covers(pattern, tool.value()));
    }

    private static boolean covers(String pattern, String name) {
        int at = 0;
        int in = 0;
        while (at < pattern.length()) {
            char wanted = pattern.charAt(at);
            if (wanted == '*' && at == pattern.length() - 1) {
                return in < name.length();
            }
            if (wanted == '*') {
                // A whole segment, and not an empty one.
                int end = name.indexOf('.', in);
                if (end <= in) {
                    return false;
                }
                in = end;
            } else if (in < name.length() && name.charAt(in) == wanted) {
                in++;
            } else {
                return false;
            }
            at++;
        }
        return in == name.length();
    }
}
