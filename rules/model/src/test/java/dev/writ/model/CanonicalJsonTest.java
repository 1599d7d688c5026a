package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

    @Test
    void writesTheExampleOfTheSpecification() {
        // RFC 8785 3.2.2 and 3.2.4, without the number that JsonNumber refuses because it would be rounded.
        JsonValue example = JsonValue.parse("""
                {
                  "numbers": [1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }
                """);

        assertThat(example.toJson())
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    void sortsMembersByUtf16CodeUnits() {
        // RFC 8785 3.2.3.
        JsonValue members = JsonValue.parse("""
                {"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}
                """);

        assertThat(members.toJson())
                .isEqualTo(
                        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
    }

    @Test
    void escapesWhatMustBeAndNothingElse() {
        StringBuilder all = new StringBuilder();
        for (char unit = 0; unit < 0x80; unit++) {
            all.append(unit);
        }

        assertThat(new JsonString(all.toString()).toJson())
                .isEqualTo(
                        "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
                                + "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d"
                                + "\\u001e\\u001f !\\\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`"
                                + "abcdefghijklmnopqrstuvwxyz{|}~\u007f\"");
    }

    @Test
    void keepsWhatStandsBetweenEscapes() {
        assertThat(new JsonString("a\"bc\\d\ne").toJson()).isEqualTo("\"a\\\"bc\\\\d\\ne\"");
        assertThat(new JsonString("").toJson()).isEqualTo("\"\"");
        assertThat(new JsonString("plain").toJson()).isEqualTo("\"plain\"");
        assertThat(new JsonString("\"").toJson()).isEqualTo("\"\\\"\"");
    }
}
