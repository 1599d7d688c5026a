package dev.writ.connect.net;

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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Takes secrets out of what a service answered: as they are, and as escapes of JSON, URLs and HTML, in hexadecimal and in
 * Base64, also in the middle of a longer Base64 text.
 */
public final class Redaction {

    private static final String REDACTED = "[redacted]";
    private static final int SHORTEST_SIGNATURE = 16;

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

    private final List<Pattern> secrets;

    private Redaction(List<Pattern> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    public static Redaction of(Collection<String> secrets) {
        if (secrets.isEmpty()) {
            return new Redaction(List.of());
        }
        String forms = secrets.stream().flatMap(Redaction::forms).distinct().collect(Collectors.joining("|"));
        // Most characters start none of the forms, and looking at them once is enough.
        String first = secrets.stream().flatMap(Redaction::starts).distinct().collect(Collectors.joining());
        return new Redaction(List.of(Pattern.compile("(?=[" + first + "])(?:" + forms + ")")));
    }

    /**
     * Takes a token out, as it is, in hexadecimal and in Base64. It is made of characters that nothing has to escape, and it is another
     * one for each request, so this costs next to nothing. Without its last part, the signature, nobody can use it.
     */
    public static Redaction ofToken(String token) {
        String last = token.substring(token.lastIndexOf('.') + 1);
        // What is shorter is no signature, and may stand anywhere.
        String signature = last.length() < SHORTEST_SIGNATURE ? token : last;
        String hex = HexFormat.of().formatHex(signature.getBytes(StandardCharsets.UTF_8));
        List<String> forms = Stream.concat(
                        Stream.of(token, signature, hex, hex.toUpperCase(Locale.ROOT)), base64(signature))
                .distinct()
                .toList();
        String first = forms.stream().map(Redaction::start).distinct().collect(Collectors.joining());
        String all = forms.stream().map(Pattern::quote).collect(Collectors.joining("|"));
        return new Redaction(List.of(Pattern.compile("(?=[" + first + "])(?:" + all + ")")));
    }

    /** Takes out what either does. */
    public Redaction and(Redaction other) {
        return new Redaction(
                Stream.concat(secrets.stream(), other.secrets.stream()).toList());
    }

    public String scrub(String text) {
        String rest = text;
        for (Pattern secret : secrets) {
            rest = secret.matcher(rest).replaceAll(Matcher.quoteReplacement(REDACTED));
        }
        return rest;
    }

    public JsonValue scrub(JsonValue value) {
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
                && secrets.stream()
                        .anyMatch(secret -> secret.matcher(value.toJson()).find());
        return leaks ? new JsonString(REDACTED) : value;
    }

    private static Stream<String> forms(String secret) {
        String escaped =
                secret.chars().mapToObj(unit -> escapes((char) unit)).collect(Collectors.joining("", "(?i:", ")"));
        // What is left of a group of three bytes makes one more digit, which holds bits of what follows too.
        Stream<String> base64 = base64(secret).map(digits -> Pattern.quote(digits) + "[A-Za-z0-9+/_-]?={0,2}");
        return Stream.concat(Stream.of(escaped, "(?i:" + hex(secret) + ")"), base64);
    }

    /** The characters that a form may start with, as items of a character class. */
    private static Stream<String> starts(String secret) {
        String own = secret.substring(0, 1);
        Stream<String> forms = Stream.of(own.toLowerCase(Locale.ROOT), own.toUpperCase(Locale.ROOT), hex(secret));
        return Stream.concat(Stream.concat(forms, base64(secret)), Stream.of("%", "\\", "&", "+"))
                .map(Redaction::start);
    }

    private static String start(String form) {
        return String.format("\\x%02x", (int) form.charAt(0));
    }

    private static String hex(String secret) {
        return HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8));
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

    /** What of the secret's Base64 form is the same whatever surrounds it, in both alphabets (RFC 4648 4 and 5). */
    private static Stream<String> base64(String secret) {
        return Stream.of(Base64.getEncoder(), Base64.getUrlEncoder())
                .flatMap(encoder -> IntStream.range(0, 3).mapToObj(before -> base64(encoder, secret, before)))
                .distinct();
    }

    /**
     * The digits that hold bits of the secret only.
     *
     * @param before how many bytes stand before the secret, modulo three
     */
    private static String base64(Base64.Encoder encoder, String secret, int before) {
        byte[] own = secret.getBytes(StandardCharsets.UTF_8);
        byte[] shifted = new byte[before + own.length];
        System.arraycopy(own, 0, shifted, before, own.length);
        String digits = encoder.withoutPadding().encodeToString(shifted);
        return digits.substring((before * 8 + 5) / 6, shifted.length * 8 / 6);
    }
}
