package dev.writ.connect.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {

    private static final String SECRET = "s3cr/t+<\"&'\\ key>";
    private static final byte[] BYTES = SECRET.getBytes(StandardCharsets.UTF_8);

    private final Redaction redaction = Redaction.of(List.of(SECRET));

    private static String each(String format) {
        return SECRET.chars().mapToObj(unit -> String.format(format, unit)).collect(Collectors.joining());
    }

    static Stream<String> encodings() {
        return Stream.of(
                SECRET,
                SECRET.toUpperCase(Locale.ROOT),
                new JsonString(SECRET).toJson(),
                new JsonString(new JsonString(SECRET).toJson()).toJson(),
                SECRET.replace("/", "\\/").replace("\"", "\\\""),
                URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
                URLEncoder.encode(URLEncoder.encode(SECRET, StandardCharsets.UTF_8), StandardCharsets.UTF_8),
                PercentEncoding.encode(SECRET),
                PercentEncoding.encode(SECRET).toLowerCase(Locale.ROOT),
                each("%%%02x"),
                each("\\u%04x"),
                each("\\\\u%04X"),
                each("\\x%02x"),
                each("&#%d;"),
                each("&#x%X;"),
                SECRET.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;"),
                HexFormat.of().formatHex(BYTES),
                HexFormat.of().withUpperCase().formatHex(BYTES),
                Base64.getEncoder().encodeToString(BYTES),
                Base64.getUrlEncoder().withoutPadding().encodeToString(BYTES));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void takesOutTheSecretInEveryEncoding(String encoded) {
        assertThat(redaction.scrub("before " + encoded + " after"))
                .matches("before [\\\\\"]*\\[redacted]=*[\\\\\"]* after");
    }

    @Test
    void takesOutTheSecretInTheMiddleOfBase64() {
        for (int before = 0; before < 7; before++) {
            for (int after = 0; after < 4; after++) {
                byte[] around = ("x".repeat(before) + SECRET + "y".repeat(after)).getBytes(StandardCharsets.UTF_8);
                String encoded = Base64.getEncoder().encodeToString(around);
                assertThat(redaction.scrub(encoded))
                        .as("%s before, %s after", before, after)
                        .contains("[redacted]");
            }
        }
    }

    @Test
    void takesOutEveryOccurrence() {
        assertThat(redaction.scrub(SECRET + " and " + SECRET)).isEqualTo("[redacted] and [redacted]");
    }

    @Test
    void takesOutEverySecret() {
        assertThat(Redaction.of(List.of("Basic abcdefgh", "abcdefgh")).scrub("Basic abcdefgh abcdefgh"))
                .isEqualTo("[redacted] [redacted]");
    }

    @Test
    void leavesEverythingElse() {
        JsonValue value = JsonValue.parse("{\"a\":[1,true,null,\"text\",\"s3cr\"],\"b\":{\"c\":\"d\"}}");
        assertThat(redaction.scrub(value)).isEqualTo(value);
        assertThat(redaction.scrub("s3cr/t, a short key")).isEqualTo("s3cr/t, a short key");
    }

    @Test
    void looksIntoNamesValuesAndItems() {
        JsonObject value = JsonObject.builder()
                .put(SECRET, new JsonString("x"))
                .put("a", JsonValue.parse("[{\"b\":" + new JsonString(SECRET).toJson() + "}]"))
                .build();
        assertThat(redaction.scrub(value).toJson()).isEqualTo("{\"[redacted]\":\"x\",\"a\":[{\"b\":\"[redacted]\"}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12345678", "-12345678.5", "1234567800"})
    void looksIntoNumbers(String number) {
        assertThat(Redaction.of(List.of("12345678"))
                        .scrub(JsonValue.parse(number))
                        .toJson())
                .isEqualTo("\"[redacted]\"");
    }

    @Test
    void changesNothingWithoutSecrets() {
        assertThat(Redaction.of(List.of()).scrub("text")).isEqualTo("text");
    }

    @Test
    void isQuickWithLongTextsThatAlmostMatch() {
        String almost = IntStream.range(0, 50_000)
                .mapToObj(i -> SECRET.substring(0, 15))
                .collect(Collectors.joining());
        assertThat(redaction.scrub(almost)).isEqualTo(almost);
    }

    @Test
    void takesATokenOutWholeOrWithoutItsSignature() {
        String signature = "q-7_".repeat(21) + "Zz";
        String token = "eyJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJ4In0." + signature;
        Redaction ofToken = Redaction.ofToken(token).and(redaction);
        String inside = Base64.getEncoder().encodeToString(("x" + token + "yz").getBytes(StandardCharsets.UTF_8));
        String hex = HexFormat.of().formatHex(token.getBytes(StandardCharsets.UTF_8));

        assertThat(ofToken.scrub("seen: " + token + ", " + SECRET)).isEqualTo("seen: [redacted], [redacted]");
        assertThat(ofToken.scrub("seen: " + signature + "!")).isEqualTo("seen: [redacted]!");
        assertThat(ofToken.scrub(inside)).contains("[redacted]").hasSizeLessThan(inside.length() - 80);
        assertThat(ofToken.scrub(hex)).endsWith("[redacted]");
        assertThat(ofToken.scrub("eyJhbGciOiJFUzI1NiJ9")).isEqualTo("eyJhbGciOiJFUzI1NiJ9");
    }
}
