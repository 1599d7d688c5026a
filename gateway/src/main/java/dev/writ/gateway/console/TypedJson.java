package dev.writ.gateway.console;

import dev.writ.gateway.catalog.Visible;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.Iterator;
import java.util.Map;

/** JSON as somebody can change it by hand: one member a line, and what would not be seen as the escapes of JSON. */
final class TypedJson {

    private static final String INDENT = "  ";

    private TypedJson() {}

    /** A text that is the same when it is read again. */
    static String of(JsonValue value) {
        StringBuilder text = new StringBuilder();
        write(value, "\n", text);
        return text.toString();
    }

    private static void write(JsonValue value, String line, StringBuilder text) {
        if (value instanceof JsonObject object && !object.members().isEmpty()) {
            text.append('{');
            Iterator<Map.Entry<String, JsonValue>> members =
                    object.members().entrySet().iterator();
            while (members.hasNext()) {
                Map.Entry<String, JsonValue> member = members.next();
                text.append(line).append(INDENT);
                scalar(new JsonString(member.getKey()), text);
                text.append(": ");
                write(member.getValue(), line + INDENT, text);
                text.append(members.hasNext() ? "," : line);
            }
            text.append('}');
        } else if (value instanceof JsonArray array && !array.items().isEmpty()) {
            text.append('[');
            Iterator<JsonValue> items = array.items().iterator();
            while (items.hasNext()) {
                text.append(line).append(INDENT);
                write(items.next(), line + INDENT, text);
                text.append(items.hasNext() ? "," : line);
            }
            text.append(']');
        } else {
            scalar(value, text);
        }
    }

    private static void scalar(JsonValue value, StringBuilder text) {
        value.toJson().codePoints().forEach(point -> {
            if (Visible.isHidden(point)) {
                for (char unit : Character.toChars(point)) {
                    text.append("\\u%04x".formatted((int) unit));
                }
            } else {
                text.appendCodePoint(point);
            }
        });
    }
}
