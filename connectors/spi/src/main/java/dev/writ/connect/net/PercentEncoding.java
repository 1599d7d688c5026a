package dev.writ.connect.net;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** RFC 3986 2.1, at its strictest: everything but the unreserved characters of 2.3 is encoded. */
public final class PercentEncoding {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentEncoding() {}

    public static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(unit)) {
                out.append((char) unit);
            } else {
                out.append('%').append(HEX.toHexDigits(unit));
            }
        }
        return out.toString();
    }

    private static boolean isUnreserved(byte unit) {
        return (unit >= 'a' && unit <= 'z')
                || (unit >= 'A' && unit <= 'Z')
                || (unit >= '0' && unit <= '9')
                || unit == '-'
                || unit == '.'
                || unit == '_'
                || unit == '~';
    }
}
