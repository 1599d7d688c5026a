package dev.writ.model;

import java.util.Locale;
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

    /**
     * What a tool is called that its service calls {@code own}, for example {@code listHTTPPayments}: {@code billing.list_http_payments}. Two
     * names of a service may come out the same.
     *
     * @return not always {@linkplain #isWellFormed well-formed}
     */
    public static String text(String connector, String own) {
        return connector + "."
                + own.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                        .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
                        .toLowerCase(Locale.ROOT);
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
