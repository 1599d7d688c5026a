package dev.writ.gateway.console;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateExtension;
import java.util.Iterator;
import java.util.Map;

/** JSON as a person reads it: one member a line, in the order of the canonical form, nothing left out, texts as {@link Shown} has them. */
@TemplateExtension
final class ShownJson {

    private static final String INDENT = "  ";

    private ShownJson() {}

    /** As HTML, to be put into {@code <pre class="json">}. */
    static RawString shownJson(JsonValue value) {
        StringBuilder html = new StringBuilder();
        write(value, "\n", html);
        return new RawString(html.toString());
    }

    private static void write(JsonValue value, String line, StringBuilder html) {
        if (value instanceof JsonObject object && !object.members().isEmpty()) {
            html.append('{');
            Iterator<Map.Entry<String, JsonValue>> members =
                    object.members().entrySet().iterator();
            while (members.hasNext()) {
                Map.Entry<String, JsonValue> member = members.next();
                html.append(line).append(INDENT).append("<span class=\"name\">");
                text(member.getKey(), html);
                html.append("</span>: ");
                write(member.getValue(), line + INDENT, html);
                html.append(members.hasNext() ? "," : line);
            }
            html.append('}');
        } else if (value instanceof JsonArray array && !array.items().isEmpty()) {
            html.append('[');
            Iterator<JsonValue> items = array.items().iterator();
            while (items.hasNext()) {
                html.append(line).append(INDENT);
                write(items.next(), line + INDENT, html);
                html.append(items.hasNext() ? "," : line);
            }
            html.append(']');
        } else if (value instanceof JsonString text) {
            text(text.value(), html);
        } else {
            html.append(value.toJson());
        }
    }

    /** With the escapes of JSON where they are needed to tell where it ends; line ends stay what they are. */
    private static void text(String text, StringBuilder html) {
        html.append('"')
                .append(Shown.shown(text.replace("\\", "\\\\").replace("\"", "\\\""))
                        .getValue())
                .append('"');
    }
}
