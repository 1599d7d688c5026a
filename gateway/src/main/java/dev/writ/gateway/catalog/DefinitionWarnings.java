package dev.writ.gateway.catalog;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person should look at twice before a definition is pinned, since models read every word of it. Each warning says what was found
 * and where. They are hints and decide nothing: a text without any may still mislead a model, and one with some may be harmless.
 */
final class DefinitionWarnings {

    private static final int MOST = 20;
    private static final List<String> FIRST = List.of("name", "title", "description", "inputSchema");
    private static final int LONG_TEXT = 4_000;
    private static final int SHORTEST_NAME = 6;
    /** What is looked at of one text. */
    private static final int LOOKED_AT = 64 * 1024;

    /** What a model may be told to do. */
    private static final String DOING =
            "\\b(do|run|read|send|call|invoke|use|copy|pass|add|append|attach|include|insert|forward|upload|execute|post|write|save"
                    + "|store|email|mail|transfer|delete|fetch|get|collect|exfiltrate)\\b";

    private static final Map<String, Pattern> SIGNS = Map.of(
            "tells the model to disregard what it was told",
            words("(ignore|disregard|forget|override)\\W+(\\w+\\W+){0,4}(previous|prior|above|earlier|other|system)"
                    + "|instead of (the|any) (user|system|previous)"),
            "asks the model to keep something from the person",
            words(
                    "(do not|don't|never|without)\\W+(\\w+\\W+){0,3}(tell|mention|inform|reveal|show|notify|telling|mentioning)"
                            + "|(hide|conceal|secretly)\\b"
                            // That it succeeds silently a tool may well say.
                            + "|silently\\W+(\\w+\\W+)?" + DOING + "|" + DOING + "\\W+(\\w+\\W+){0,8}silently\\b"),
            "presses the model with orders in the place of a description",
            words("(important|critical|mandatory|system)\\s*(:|>|\\]|note|instruction)|you must (always|first|also)"
                    + "|before (using|calling|invoking) (this|any|other)|always (call|use|invoke|send|include)"),
            "speaks of credentials or of files that hold them",
            words(
                    "(api|access|private|secret|ssh)[ _-]?keys?|passwords?|credentials?|bearer tokens?|\\.ssh|id_rsa|\\.env\\b"
                            + "|/etc/passwd|mcp\\.json|\\.aws|keychain"),
            "asks to pass on the conversation",
            words(
                    "(conversation|chat) (history|context|log)|(entire|full|whole|previous) (conversation|context|messages)"
                            + "|system prompt"));

    private static final Pattern COMMENT = Pattern.compile("<!--|\\[//\\]:|<(secret|hidden|important|instructions?)>");

    /** Small letters, Cyrillic and Greek, that look like {@link #LATIN} ones. */
    private static final String FOREIGN =
            "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u03bf\u03b1\u03bd";

    private static final String LATIN = "aeopcyxijshdoav";

    private final Set<String> found = new LinkedHashSet<>();
    private final Collection<String> others;

    private DefinitionWarnings(Collection<String> others) {
        this.others = others;
    }

    /**
     * @param definition as the server wrote it
     * @param others names of the tools of other connectors, and of this one's other tools
     */
    static List<String> of(JsonObject definition, Collection<String> others) {
        DefinitionWarnings warnings = new DefinitionWarnings(others);
        definition.text("name").ifPresent(warnings::name);
        // What models read first comes first, however the server orders it.
        Map<String, JsonValue> rest = new LinkedHashMap<>(definition.members());
        FIRST.forEach(member -> Optional.ofNullable(rest.remove(member)).ifPresent(value -> {
            warnings.walk("/" + member, value);
        }));
        warnings.walk("", new JsonObject(rest));
        int more = warnings.found.size() - MOST;
        return more <= 0
                ? List.copyOf(warnings.found)
                : Stream.concat(
                                warnings.found.stream().limit(MOST),
                                Stream.of("and " + more + " more, which are not shown"))
                        .toList();
    }

    private static Pattern words(String alternatives) {
        return Pattern.compile("(?:^|\\b|\\W)(?:" + alternatives + ")", Pattern.CASE_INSENSITIVE);
    }

    private void walk(String at, JsonValue value) {
        if (value instanceof JsonString text) {
            text(at, text.value());
        } else if (value instanceof JsonArray array) {
            for (int item = 0; item < array.items().size(); item++) {
                walk(at + "/" + item, array.items().get(item));
            }
        } else if (value instanceof JsonObject object) {
            object.members().forEach((name, member) -> {
                hidden(at, name);
                walk(at + "/" + Visible.text(name), member);
            });
        }
    }

    private void text(String at, String whole) {
        hidden(at, whole);
        if (whole.length() > LONG_TEXT) {
            found.add(at + " has " + whole.length() + " characters; the end of a long text is easily overlooked");
        }
        String text = whole.substring(0, Math.min(LOOKED_AT, whole.length()));
        if (COMMENT.matcher(text).find()) {
            found.add(at + " holds a comment or a tag that pages do not show, and models read");
        }
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC);
        SIGNS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(sign -> sign.getValue().matcher(plain).find())
                .forEach(sign -> found.add(at + " " + sign.getKey()));
        if (!at.equals("/name")) {
            others.stream()
                    .filter(other -> other.length() >= SHORTEST_NAME && mentions(plain, other))
                    .sorted()
                    .findFirst()
                    .ifPresent(other -> found.add(at + " speaks of another tool, " + other));
        }
    }

    private static boolean mentions(String text, String name) {
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            int end = at + name.length();
            boolean whole =
                    (at == 0 || !isPart(text.charAt(at - 1))) && (end == text.length() || !isPart(text.charAt(end)));
            // A word such as "search" is no name of a tool yet.
            if (whole && (name.indexOf('_') > 0 || name.chars().anyMatch(Character::isUpperCase))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPart(char unit) {
        return Character.isLetterOrDigit(unit) || unit == '_';
    }

    private void hidden(String at, String text) {
        Set<String> points = text.codePoints()
                .filter(Visible::isHidden)
                .limit(100)
                .mapToObj(point -> String.format("U+%04X", point))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (!points.isEmpty()) {
            found.add((at.isEmpty() ? "/" : at) + " holds characters that nobody sees: "
                    + points.stream().limit(5).collect(Collectors.joining(", ")));
        }
    }

    private void name(String name) {
        if (!name.chars().allMatch(unit -> unit < 128)) {
            found.add("/name has letters that look like others");
        }
        String looks = skeleton(name);
        Optional<String> like = others.stream()
                .filter(other -> !other.equals(name) && skeleton(other).equals(looks))
                .sorted()
                .findFirst();
        like.ifPresent(other -> found.add("/name looks like that of another tool, " + Visible.text(other)));
    }

    /** What names that look alike have in common. */
    static String skeleton(String name) {
        List<Integer> points = new ArrayList<>();
        Normalizer.normalize(name, Normalizer.Form.NFKD)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(point -> !Visible.isHidden(point) && Character.getType(point) != Character.NON_SPACING_MARK)
                .map(DefinitionWarnings::likeness)
                .filter(point -> point != '_' && point != '-' && point != '.')
                .forEach(points::add);
        StringBuilder skeleton = new StringBuilder();
        points.forEach(skeleton::appendCodePoint);
        return skeleton.toString().replace("rn", "m").replace("vv", "w");
    }

    private static int likeness(int point) {
        int foreign = FOREIGN.indexOf(point);
        int latin = foreign >= 0 ? LATIN.charAt(foreign) : point;
        return switch (latin) {
            case '1', 'i', 'l', '|' -> 'l';
            case '0' -> 'o';
            case '5' -> 's';
            default -> latin;
        };
    }
}
