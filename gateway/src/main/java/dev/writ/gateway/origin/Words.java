package dev.writ.gateway.origin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts in the forms in which they are compared. For taint what looks the same, or decodes to the same, is the same; trust is told
 * more exactly.
 */
final class Words {

    /** Encodings inside encodings are followed so deep. */
    private static final int LAYERS = 2;

    /** Pieces of one text that are decoded; more are not worth the time. */
    private static final int PIECES = 100;

    /** No quantifier here can be tried in two ways, so matching takes linear time. */
    private static final Pattern PIECE = Pattern.compile("[A-Za-z0-9+/_-]{8,}={0,2}");

    private static final Pattern PERCENT = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final Pattern ENTITY = Pattern.compile("&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([a-z]{2,4}));");

    /** Ohm, Kelvin and Angstrom: signs of their own, which NFC turns into letters. */
    private static final Pattern SINGLETON = Pattern.compile("[\u2126\u212A\u212B]");

    private Words() {}

    /**
     * NFKC, lower case, without characters that cannot be seen, one space for any white space, one kind of dash and quote. Never
     * holds a line break, so that one can stand between texts.
     */
    static String plain(String text) {
        return folded(
                Normalizer.normalize(text, Normalizer.Form.NFKC),
                point -> Character.toLowerCase(Character.toUpperCase(point)));
    }

    /**
     * The same for trust, where what only looks alike is not the same: NFC, and lower case only for a letter that is the upper case
     * of that one. So {@code ı} is no {@code i}, {@code ſ} no {@code s}, the Kelvin sign no {@code k} and a wide letter no narrow one.
     */
    static String exact(String text) {
        StringBuilder same = new StringBuilder(text.length());
        Matcher singletons = SINGLETON.matcher(text);
        int from = 0;
        while (singletons.find()) {
            same.append(Normalizer.normalize(text.substring(from, singletons.start()), Normalizer.Form.NFC))
                    .append(singletons.group());
            from = singletons.end();
        }
        same.append(Normalizer.normalize(text.substring(from), Normalizer.Form.NFC));
        return folded(same.toString(), Words::lower);
    }

    private static int lower(int point) {
        int lower = Character.toLowerCase(point);
        return Character.toUpperCase(lower) == point ? lower : point;
    }

    private static String folded(String text, IntUnaryOperator fold) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> append(out, point, fold));
        int end = out.length();
        return out.substring(0, end > 0 && out.charAt(end - 1) == ' ' ? end - 1 : end);
    }

    private static void append(StringBuilder out, int point, IntUnaryOperator fold) {
        if (Character.isWhitespace(point) || Character.isSpaceChar(point)) {
            if (out.length() > 0 && out.charAt(out.length() - 1) != ' ') {
                out.append(' ');
            }
            return;
        }
        switch (Character.getType(point)) {
            case Character.FORMAT, Character.CONTROL, Character.UNASSIGNED, Character.PRIVATE_USE -> {}
            case Character.DASH_PUNCTUATION -> out.append('-');
            case Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION -> out.append('\'');
            default -> out.appendCodePoint(fold.applyAsInt(point));
        }
    }

    /** Letters and digits of a plain text, and the line breaks between texts. */
    static String compact(String plain) {
        StringBuilder out = new StringBuilder(plain.length());
        plain.codePoints()
                .filter(point -> point == '\n' || Character.isLetterOrDigit(point))
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    /** The text as it is, and what it or pieces of it decode to; all of them plain. */
    static Readings readings(String text) {
        Set<String> readings = new LinkedHashSet<>();
        boolean isWhole = read(text, LAYERS, readings);
        return new Readings(List.copyOf(readings), !isWhole);
    }

    /** @param isCut whether there was more to decode than is looked at */
    record Readings(List<String> texts, boolean isCut) {}

    /** Whether all of it was read. */
    private static boolean read(String text, int layers, Set<String> readings) {
        if (!readings.add(plain(text)) || layers == 0) {
            return true;
        }
        boolean isWhole = true;
        String unescaped = unescaped(text);
        if (!unescaped.equals(text)) {
            isWhole = read(unescaped, layers - 1, readings);
        }
        Matcher pieces = PIECE.matcher(text);
        while (pieces.find()) {
            if (readings.size() > PIECES) {
                return false;
            }
            for (Optional<String> decoded : List.of(base64(pieces.group()), hex(pieces.group()))) {
                isWhole &= decoded.isEmpty() || read(decoded.get(), layers - 1, readings);
            }
        }
        return isWhole;
    }

    /** Without HTML entities and percent signs that stand for characters. */
    private static String unescaped(String text) {
        String entities = text.indexOf('&') < 0
                ? text
                : ENTITY.matcher(text)
                        .replaceAll(found -> Matcher.quoteReplacement(
                                entity(found.group(), found.group(1), found.group(2), found.group(3))));
        if (entities.indexOf('%') < 0) {
            return entities;
        }
        byte[] source = entities.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(source.length);
        Matcher percent = PERCENT.matcher(entities);
        int from = 0;
        while (percent.find()) {
            out.put(entities.substring(from, percent.start()).getBytes(StandardCharsets.UTF_8));
            out.put((byte) Integer.parseInt(percent.group(1), 16));
            from = percent.end();
        }
        out.put(entities.substring(from).getBytes(StandardCharsets.UTF_8));
        return new String(out.array(), 0, out.position(), StandardCharsets.UTF_8);
    }

    private static String entity(String all, String decimal, String hex, String name) {
        if (name != null) {
            return switch (name) {
                case "amp" -> "&";
                case "lt" -> "<";
                case "gt" -> ">";
                case "quot" -> "\"";
                case "apos" -> "'";
                case "nbsp" -> " ";
                default -> all;
            };
        }
        int point = decimal != null ? Integer.parseInt(decimal) : Integer.parseInt(hex, 16);
        return Character.isValidCodePoint(point) && (point < 0xD800 || point > 0xDFFF)
                ? Character.toString(point)
                : all;
    }

    private static Optional<String> base64(String piece) {
        String plain = piece.replace("=", "").replace('-', '+').replace('_', '/');
        try {
            return plain.length() % 4 == 1
                    ? Optional.empty()
                    : text(Base64.getDecoder().decode(plain));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    private static Optional<String> hex(String piece) {
        try {
            return text(HexFormat.of().parseHex(piece));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    /** Most words decode to something; it counts only if it is text again. */
    private static Optional<String> text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean readable = text.codePoints()
                    .allMatch(point -> Character.isWhitespace(point)
                            || (!Character.isISOControl(point) && Character.isDefined(point)));
            return readable ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException binary) {
            return Optional.empty();
        }
    }
}
