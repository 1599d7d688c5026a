package dev.writ.connect.http;

import dev.writ.connect.net.PercentEncoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path such as {@code /customers/{id}/refunds}. Filled in, it always has the same number of segments, and none that a server
 * or proxy would take for a step up or down.
 */
final class PathTemplate {

    private static final Pattern EXPRESSION = Pattern.compile("\\{([^{}/]+)}");

    /** RFC 3986 3.3, {@code pchar} without percent signs, and slashes. */
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@/-]*");

    /**
     * Encoded or not, some servers and proxies read these as separators or decode them a second time; then the request would
     * go where no rule looked.
     */
    private static final Pattern DANGEROUS = Pattern.compile("[/\\\\%\\p{Cntrl}]");

    private final String template;
    private final Set<String> names;

    private PathTemplate(String template, Set<String> names) {
        this.template = template;
        this.names = names;
    }

    static PathTemplate parse(String template) throws UnusableOperationException {
        String literals = EXPRESSION.matcher(template).replaceAll("x");
        if (!template.startsWith("/") || !LITERAL.matcher(literals).matches() || hasStep(literals)) {
            throw new UnusableOperationException(
                    "its path is not literal segments and {parameters}; write it without query, '.' or '..'");
        }
        Map<String, Boolean> names = new LinkedHashMap<>();
        Matcher expressions = EXPRESSION.matcher(template);
        while (expressions.find()) {
            if (names.put(expressions.group(1), true) != null) {
                throw new UnusableOperationException("its path names a parameter twice; rename one");
            }
        }
        return new PathTemplate(template, Set.copyOf(names.keySet()));
    }

    /** What must be filled in. */
    Set<String> names() {
        return names;
    }

    /** The path with these values, encoded. */
    String fill(Map<String, String> values) throws UnsendableException {
        List<String> segments = new ArrayList<>();
        StringBuilder out = new StringBuilder();
        Matcher expressions = EXPRESSION.matcher(template);
        while (expressions.find()) {
            String name = expressions.group(1);
            String value = values.get(name);
            if (value == null || value.isEmpty() || DANGEROUS.matcher(value).find()) {
                throw new UnsendableException("'" + name
                        + "' is part of a path, so it may not be empty or hold '/', '\\', '%' or control characters");
            }
            segments.add(name);
            expressions.appendReplacement(out, Matcher.quoteReplacement(PercentEncoding.encode(value)));
        }
        String path = expressions.appendTail(out).toString();
        if (hasStep(path)) {
            throw new UnsendableException(segments + " would make a '.' or '..' of a path; use another value");
        }
        return path;
    }

    private static boolean hasStep(String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
