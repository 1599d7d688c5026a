package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonValue;
import org.junit.jupiter.api.Test;

class ShownTest {

    private static String html(String text) {
        return Shown.shown(text).getValue();
    }

    @Test
    void escapesWhatIsMarkup() {
        assertThat(html("<script>alert('x')&\"</script>"))
                .isEqualTo("<bdi>&lt;script&gt;alert(&#39;x&#39;)&amp;&quot;&lt;/script&gt;</bdi>");
    }

    @Test
    void writesOutWhatTurnsTextAround() {
        assertThat(html("acme\u202Egnp.exe"))
                .contains(">U+202E</span>")
                .contains("title=\"right-to-left override\"")
                .doesNotContain("\u202E");
    }

    @Test
    void writesOutWhatWouldNotBeSeen() {
        for (String hidden :
                new String[] {"\u200B", "\u00AD", "\u0000", "\uFEFF", "\u3164", "\u00A0", "\uFE0F", "\r", "\u2066"}) {
            assertThat(html("a" + hidden + "b"))
                    .contains(String.format("U+%04X", (int) hidden.charAt(0)))
                    .doesNotContain(hidden);
        }
        assertThat(html("a" + Character.toString(0xE0041) + "b")).contains("U+E0041");
        assertThat(html("a\ud800b")).contains("U+D800");
    }

    @Test
    void marksWordsOfSeveralScripts() {
        assertThat(html("pay p\u0430ypal now"))
                .isEqualTo(
                        "<bdi>pay <span class=\"mark\" title=\"letters of several scripts: Latin, Cyrillic\">p\u0430ypal</span>"
                                + " now</bdi>");
    }

    @Test
    void marksWordsThatOnlyLookLatin() {
        assertThat(html("\u0441\u043e\u0440\u0435")).contains("looks like Latin letters");
        assertThat(html("\uff41\uff43\uff4d\uff45")).contains("of another form");
    }

    @Test
    void leavesHonestWritingAlone() {
        for (String text :
                new String[] {"Zürich", "Москва", "Αθήνα", "東京タワー", "한국어", "naïve e\u0301tude", "a\nb\tc", "שלום"}) {
            assertThat(html(text)).isEqualTo("<bdi>" + text + "</bdi>");
        }
    }

    @Test
    void neverCutsAnything() {
        String text = "x".repeat(1_000_000) + "end";
        assertThat(html(text)).hasSizeGreaterThan(1_000_000).contains("end</bdi>");
    }

    @Test
    void showsJsonWholeAndInOrder() {
        assertThat(ShownJson.shownJson(JsonValue.parse("{\"b\":[1,true,null,{}],\"<a>\":\"x\\u202Ey\\\"\"}"))
                        .getValue())
                .startsWith("{")
                .contains("&lt;a&gt;")
                .contains("U+202E")
                .contains("\\&quot;")
                .doesNotContain("<a>")
                .endsWith("}");
    }
}
