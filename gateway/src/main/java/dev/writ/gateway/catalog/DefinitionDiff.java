package dev.writ.gateway.catalog;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What differs between two definitions, member by member, for a person to read. */
public final class DefinitionDiff {

    private static final int MOST = 100;
    private static final String PUBLISHED = "/published/";
    /** Members that models and Writ read, most telling first. They stand before others, and are never left out. */
    private static final List<String> READ = List.of(
            "name",
            "title",
            "description",
            "inputSchema",
            "outputSchema",
            "annotations",
            "arguments",
            "uriTemplate",
            "connector",
            "idempotent",
            "effects");
    /** How much of what is the same stands around what differs in a text. */
    private static final int AROUND = 24;

    private final List<Change> changes = new ArrayList<>();

    private DefinitionDiff() {}

    /**
     * One member that differs.
     *
     * @param member JSON pointer (RFC 6901)
     * @param was absent if it is new; of long texts only where they differ
     * @param is absent if it is gone
     */
    public record Change(String member, Optional<String> was, Optional<String> is) {}

    /**
     * By member, those that are read first. Of the others the first 100; if there are more, the last item says how many, in the place of
     * a member, and without the {@code /} that members begin with.
     */
    static List<Change> of(JsonObject before, JsonObject after) {
        DefinitionDiff diff = new DefinitionDiff();
        diff.compare("", before, after);
        List<Change> shown = new ArrayList<>();
        diff.changes.stream()
                .filter(change -> rank(change) < READ.size())
                .sorted(Comparator.comparingInt(DefinitionDiff::rank))
                .forEach(shown::add);
        List<Change> others = diff.changes.stream()
                .filter(change -> rank(change) == READ.size())
                .toList();
        others.stream().limit(MOST).forEach(shown::add);
        if (others.size() > MOST) {
            shown.add(new Change(
                    "and " + (others.size() - MOST) + " more, which are not shown",
                    Optional.empty(),
                    Optional.empty()));
        }
        return List.copyOf(shown);
    }

    private static int rank(Change change) {
        String path = change.member().startsWith(PUBLISHED)
                ? change.member().substring(PUBLISHED.length() - 1)
                : change.member();
        String[] steps = path.split("/", 3);
        int place = steps.length < 2 ? -1 : READ.indexOf(steps[1]);
        return place < 0 ? READ.size() : place;
    }

    private void compare(String at, JsonValue before, JsonValue after) {
        if (before.equals(after)) {
            return;
        }
        if (before instanceof JsonObject one && after instanceof JsonObject other) {
            TreeSet<String> names = new TreeSet<>(one.members().keySet());
            names.addAll(other.members().keySet());
            names.forEach(name -> members(at + "/" + escape(name), one.get(name), other.get(name)));
        } else if (before instanceof JsonString one && after instanceof JsonString other) {
            changes.add(texts(at, one.value(), other.value()));
        } else {
            changes.add(new Change(at, Optional.of(text(before)), Optional.of(text(after))));
        }
    }

    private void members(String at, Optional<JsonValue> before, Optional<JsonValue> after) {
        if (before.isPresent() && after.isPresent()) {
            compare(at, before.get(), after.get());
        } else {
            changes.add(new Change(at, before.map(DefinitionDiff::text), after.map(DefinitionDiff::text)));
        }
    }

    /** Without the beginning and the end that they have in common, but for a little. */
    private static Change texts(String at, String before, String after) {
        int start = 0;
        int least = Math.min(before.length(), after.length());
        while (start < least && before.charAt(start) == after.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < least - start
                && before.charAt(before.length() - 1 - end) == after.charAt(after.length() - 1 - end)) {
            end++;
        }
        return new Change(at, Optional.of(cut(before, start, end)), Optional.of(cut(after, start, end)));
    }

    private static String cut(String text, int start, int end) {
        int from = Math.max(0, start - AROUND);
        int to = Math.min(text.length(), text.length() - end + AROUND);
        // Never between the halves of a character.
        if (from > 0 && Character.isLowSurrogate(text.charAt(from))) {
            from--;
        }
        if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
            to++;
        }
        return (from > 0 ? "..." : "") + Visible.text(text.substring(from, to)) + (to < text.length() ? "..." : "");
    }

    private static String text(JsonValue value) {
        return Visible.text(value instanceof JsonString string ? string.value() : value.toJson());
    }

    private static String escape(String name) {
        return Visible.text(name.replace("~", "~0").replace("/", "~1"));
    }
}
