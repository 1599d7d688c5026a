package dev.writ.connect.http;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Takes secrets out of what a service answered: as they are, and as escapes of JSON, URLs and HTML, in hexadecimal and in
 * Base64, also in the middle of a longer Base64 text.
 */
final class Redaction {

    private static final String REDACTED = "[redacted]";

    /** JSON's escapes may be escaped again, in a string that holds JSON. */
    private static final Map<Character, String> NAMED_ESCAPES = Map.of(
            ' ', "\\+|%(?:25){0,3}2b",
            '"', "\\\\{1,7}\"|&quot;",
            '&', "&amp;",
            '\'', "\\\\{1,7}'|&apos;",
            '/', "\\\\{1,7}/",
            '<', "&lt;",
            '>', "&gt;",
            '\\', "\\\\{2,8}");

    /** A digit of Base64, of either alphabet. */
    private static final String BASE64_DIGIT = "[A-Za-z0-9+/_-]";

    private final Optional<Pattern> secrets;

    private Redaction(Optional<Pattern> secrets) {
        this.secrets = secrets;
    }

    static Redaction of(Collection<String> secrets) {
        String forms = secrets.stream().flatMap(Redaction::forms).distinct().collect(Collectors.joining("|"));
        return new Redaction(Optional.of(forms)
                .filter(some -> !some.isEmpty())
                .map(some -> Pattern.compile(some, Pattern.CASE_INSENSITIVE)));
    }

    String scrub(String text) {
        return secrets.map(pattern -> pattern.matcher(text).replaceAll(Matcher.quoteReplacement(REDACTED)))
                .orElse(text);
    }

    JsonValue scrub(JsonValue value) {
        if (secrets.isEmpty()) {
            return value;
        }
        if (value instanceof JsonString string) {
            return new JsonString(scrub(string.value()));
        }
        if (value instanceof JsonArray array) {
            return new JsonArray(array.items().stream().map(this::scrub).toList());
        }
        if (value instanceof JsonObject object) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            object.members().forEach((name, member) -> members.put(scrub(name), scrub(member)));
            return new JsonObject(members);
        }
        boolean leaks = value instanceof JsonNumber
                && secrets.get().matcher(value.toJson()).find();
        return leaks ? new JsonString(REDACTED) : value;
    }

    private static Stream<String> forms(String secret) {
        String escaped = secret.chars().mapToObj(unit -> escapes((char) unit)).collect(Collectors.joining());
        String hex = HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8));
        Stream<String> base64 = IntStream.range(0, 3)
                .boxed()
                .flatMap(offset -> Stream.of(
                        base64(Base64.getEncoder(), secret, offset), base64(Base64.getUrlEncoder(), secret, offset)));
        return Stream.concat(Stream.of(escaped, hex), base64);
    }

    /** One character in every way to write it, each of them mixed freely with the others. */
    private static String escapes(char unit) {
        String hex = String.format("%02x", (int) unit);
        String named = NAMED_ESCAPES.get(unit);
        String ways = (named == null ? "" : named + "|")
                + Pattern.quote(String.valueOf(unit))
                + "|%(?:25){0,3}" + hex
                + "|\\\\{1,4}u00" + hex
                + "|\\\\{1,4}x" + hex
                + "|&#0{0,4}" + (int) unit + ";"
                + "|&#x0{0,4}" + hex + ";";
        return "(?:" + ways + ")";
    }

    /**
     * A pattern for what of the secret's Base64 form is the same whatever surrounds it, if so many bytes before it do not fill
     * a group of three. The digits at its ends may also hold bits of the neighbours, and go with it.
     */
    private static String base64(Base64.Encoder encoder, String secret, int bytesBefore) {
        byte[] own = secret.getBytes(StandardCharsets.UTF_8);
        byte[] shifted = new byte[bytesBefore + own.length];
        System.arraycopy(own, 0, shifted, bytesBefore, own.length);
        String digits = encoder.withoutPadding().encodeToString(shifted);
        int first = (bytesBefore * 8 + 5) / 6;
        int last = shifted.length * 8 / 6;
        return (bytesBefore == 0 ? "" : BASE64_DIGIT + "?")
                + Pattern.quote(digits.substring(first, last))
                + (shifted.length % 3 == 0 ? "" : BASE64_DIGIT + "?={0,2}");
    }
}
