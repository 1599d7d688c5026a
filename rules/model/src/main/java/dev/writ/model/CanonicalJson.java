package dev.writ.model;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The JSON Canonicalization Scheme of RFC 8785. */
final class CanonicalJson {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private CanonicalJson() {}

    static void write(JsonValue value, StringBuilder out) {
        if (value instanceof JsonObject object) {
            object(object, out);
        } else if (value instanceof JsonArray array) {
            array(array.items(), out);
        } else if (value instanceof JsonString string) {
            string(string.value(), out);
        } else if (value instanceof JsonNumber number) {
            number(number.value(), out);
        } else if (value instanceof JsonBoolean bool) {
            out.append(bool == JsonBoolean.TRUE);
        } else {
            out.append("null");
        }
    }

    private static void object(JsonObject object, StringBuilder out) {
        out.append('{');
        // RFC 8785 3.2.3: sorted by UTF-16 code units, which is what String.compareTo does.
        List<Map.Entry<String, JsonValue>> members =
                new ArrayList<>(object.members().entrySet());
        members.sort(Map.Entry.comparingByKey());
        for (int i = 0; i < members.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            string(members.get(i).getKey(), out);
            out.append(':');
            write(members.get(i).getValue(), out);
        }
        out.append('}');
    }

    private static void array(List<JsonValue> items, StringBuilder out) {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            write(items.get(i), out);
        }
        out.append(']');
    }

    /** RFC 8785 3.2.2.2. */
    private static void string(String text, StringBuilder out) {
        out.append('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < ' ' || unit == '"' || unit == '\\') {
                out.append(text, written, i);
                escaped(unit, out);
                written = i + 1;
            }
        }
        // Most texts need no escape, and a whole String is copied at once.
        out.append(written == 0 ? text : text.substring(written)).append('"');
    }

    private static void escaped(char unit, StringBuilder out) {
        switch (unit) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> out.append("\\u00").append(HEX[unit >> 4]).append(HEX[unit & 0xf]);
        }
    }

    /**
     * RFC 8785 3.2.2.3, that is ECMAScript's Number::toString. A {@link JsonNumber} has the digits of the shortest decimal of
     * its double already, so they only need ECMAScript's layout.
     */
    private static void number(BigDecimal value, StringBuilder out) {
        if (value.signum() < 0) {
            out.append('-');
        }
        String digits = value.unscaledValue().abs().toString();
        int count = digits.length();
        int point = count - value.scale(); // the value is 0.digits * 10^point
        if (value.signum() == 0) {
            out.append('0');
        } else if (count <= point && point <= 21) {
            out.append(digits).append("0".repeat(point - count));
        } else if (0 < point && point <= 21) {
            out.append(digits, 0, point).append('.').append(digits, point, count);
        } else if (-6 < point && point <= 0) {
            out.append("0.").append("0".repeat(-point)).append(digits);
        } else {
            out.append(digits.charAt(0));
            if (count > 1) {
                out.append('.').append(digits, 1, count);
            }
            int exponent = point - 1;
            out.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
        }
    }
}
