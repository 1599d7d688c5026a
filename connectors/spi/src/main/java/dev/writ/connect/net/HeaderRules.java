package dev.writ.connect.net;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What may stand in a header of a request (RFC 9110 5). */
public final class HeaderRules {

    /** RFC 9110 5.6.2, {@code token}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** RFC 9110 5.5 without {@code obs-text} and tabs: printable ASCII that neither starts nor ends with a blank. */
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");

    /** They frame or route the message, or speak for the gateway: never an argument. */
    private static final Set<String> RESERVED = Set.of(
            "accept-encoding",
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "expect",
            "forwarded",
            "host",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "range",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "via",
            "writ-call-id",
            "writ-permit");

    private HeaderRules() {}

    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    public static boolean isValue(String value) {
        return VALUE.matcher(value).matches();
    }

    public static boolean isReserved(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return RESERVED.contains(lower) || lower.startsWith("x-forwarded-");
    }

    public static void requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("a header's name is letters, digits and '-'");
        }
    }

    public static void requireValue(String value) {
        if (!isValue(value)) {
            throw new IllegalArgumentException("a header's value is printable ASCII on one line");
        }
    }
}
