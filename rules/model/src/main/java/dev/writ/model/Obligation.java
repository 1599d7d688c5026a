package dev.writ.model;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a rule attaches to its permission: it allows the call so, and not otherwise. Whoever carries the call out meets all of
 * them.
 *
 * <p>A path is names of members with dots between, from the outermost in: {@code payment.card}.
 */
public sealed interface Obligation {

    /** What stands where something was hidden. */
    String HIDDEN = "***";

    /** As records and answers show it; the first member is the verb. */
    JsonObject toJson();

    /** It changes what is sent. */
    sealed interface OfArgument extends Obligation {
        String path();

        default List<String> members() {
            return split(path());
        }

        /** What is at the one path lies inside what is at the other, or is the same. */
        default boolean overlaps(OfArgument other) {
            int common = Math.min(members().size(), other.members().size());
            return members().subList(0, common).equals(other.members().subList(0, common));
        }
    }

    /** It changes what comes back, before it is recorded or anybody sees it. */
    sealed interface OfResult extends Obligation {
        String path();

        default List<String> members() {
            return split(path());
        }
    }

    /** A text among the arguments is sent as {@link #HIDDEN}. One that is not there stays away. */
    record Mask(String path) implements OfArgument {
        public Mask {
            requirePath(path);
        }

        @Override
        public JsonObject toJson() {
            return JsonObject.builder().put("mask", path).build();
        }
    }

    /**
     * An argument is sent with that value, whatever it was.
     *
     * @param value a text, a number or a flag
     */
    record Assign(String path, JsonValue value) implements OfArgument {
        public Assign {
            requirePath(path);
            if (value instanceof JsonObject || value instanceof JsonArray || value == JsonNull.NULL) {
                throw new IllegalArgumentException("an argument is set to a text, a number or a flag");
            }
        }

        @Override
        public JsonObject toJson() {
            return JsonObject.builder().put("set", path).put("to", value).build();
        }

        @Override
        public String toString() {
            return "Assign[" + path + "]";
        }
    }

    /** What the result has at that path is {@link #HIDDEN}. */
    record Redact(String path) implements OfResult {
        public Redact {
            requirePath(path);
        }

        @Override
        public JsonObject toJson() {
            return JsonObject.builder().put("redact", path).build();
        }
    }

    /** A list in the result has its first items only. */
    record Cap(String path, int items) implements OfResult {
        public Cap {
            requirePath(path);
            if (items < 0) {
                throw new IllegalArgumentException("a list has no fewer than 0 items");
            }
        }

        @Override
        public JsonObject toJson() {
            return JsonObject.builder().put("cap", path).put("at", items).build();
        }
    }

    /** The result may carry that label, and so the call does from the moment it is allowed. */
    record Label(String label) implements Obligation {
        private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

        public Label {
            if (!isLabel(label)) {
                throw new IllegalArgumentException(
                        "a label has 1 to 64 lower-case letters, digits, '.', '_' and '-', and starts with one of the first two");
            }
        }

        public static boolean isLabel(String text) {
            return FORM.matcher(text).matches();
        }

        @Override
        public JsonObject toJson() {
            return JsonObject.builder().put("label", label).build();
        }
    }

    /**
     * Whoever makes the call makes another one afterwards: of that tool, for the same person, and it succeeds.
     *
     * @param within from when the first is allowed
     */
    record Expect(ToolName tool, Duration within, Consequence otherwise) implements Obligation {
        public Expect {
            if (within.isZero() || within.isNegative()) {
                throw new IllegalArgumentException("there is time for what is expected");
            }
        }

        @Override
        public JsonObject toJson() {
            JsonObject.Builder out = JsonObject.builder()
                    .put("expect", tool.value())
                    .put("within", within.toString())
                    .put("otherwise", otherwise.text());
            if (otherwise instanceof Consequence.Escalate escalate) {
                out.put("to", escalate.group());
            }
            return out.build();
        }
    }

    static boolean isPath(String path) {
        return split(path).stream().noneMatch(String::isBlank);
    }

    private static List<String> split(String path) {
        return Stream.of(path.split("\\.", -1)).toList();
    }

    private static void requirePath(String path) {
        if (!isPath(path)) {
            throw new IllegalArgumentException("a path is the names of members with dots between");
        }
    }
}
