package dev.writ.gateway.notice;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A letter as incoming webhooks of Slack, and of those that understand the same, take it.
 *
 * @see <a href="https://docs.slack.dev/messaging/formatting-message-text/#escaping">Escaping text</a>
 */
final class SlackText {

    /** A text that is longer than 3000 is refused. */
    private static final int LONGEST = 2_900;

    private SlackText() {}

    static JsonObject of(Message.Letter letter) {
        String all = letter.lines().stream().map(SlackText::escaped).collect(Collectors.joining("\n"));
        String lines = all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "...";
        JsonArray blocks = new JsonArray(Stream.<JsonValue>concat(
                        Stream.of(section("plain_text", letter.title()), section("plain_text", lines)),
                        letter.link().stream().map(link -> section("mrkdwn", "<" + link + "|Open it in the console>")))
                .toList());
        return JsonObject.builder()
                .put(
                        "text",
                        Stream.concat(
                                        Stream.of(letter.title(), lines),
                                        letter.link().stream().map(link -> "<" + link + ">"))
                                .collect(Collectors.joining("\n")))
                .put("mrkdwn", false)
                .put("link_names", false)
                .put("unfurl_links", false)
                .put("unfurl_media", false)
                .put("blocks", blocks)
                .build();
    }

    /** Only these three mean something where nothing is marked up: mentions, channels and links are written with them. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static JsonObject section(String type, String text) {
        JsonObject.Builder content = JsonObject.builder().put("type", type).put("text", text.isEmpty() ? "-" : text);
        if (type.equals("plain_text")) {
            content.put("emoji", false);
        }
        return JsonObject.builder()
                .put("type", "section")
                .put("text", content.build())
                .build();
    }
}
