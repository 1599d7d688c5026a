package dev.writ.langchain4j;

import java.util.regex.Pattern;

/**
 * Names that models may be given: {@code [A-Za-z0-9_-]{1,64}}.
 *
 * <p>{@code billing.refund} becomes {@code billing__refund}. A name that could not be told from another one that way, or is too
 * long, gets the beginning of its own digest behind it. So a name depends on nothing but the tool's, and stays when others come and go.
 */
final class ToolNames {

    private static final int LONGEST = 64;
    private static final int DIGITS = 12;
    private static final String SEPARATOR = "__";

    /** No underscore beside the dot and none doubled, so that the dot can be found again. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)*(?:\\.[A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)*)?");

    private static final Pattern NOT_LEGAL = Pattern.compile("[^A-Za-z0-9_-]");

    private ToolNames() {}

    static String forModels(String tool) {
        String name = NOT_LEGAL.matcher(tool.replaceFirst("\\.", SEPARATOR)).replaceAll("_");
        if (PLAIN.matcher(tool).matches() && name.length() <= LONGEST) {
            return name;
        }
        String digest = "_" + Digests.sha256(tool).substring(0, DIGITS);
        return name.substring(0, Math.min(name.length(), LONGEST - digest.length())) + digest;
    }
}
