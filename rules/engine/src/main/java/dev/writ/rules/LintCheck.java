package dev.writ.rules;

import java.util.Locale;

/**
 * What lint looks for. An id is never given to another check, so that pipelines can name it.
 *
 * <p>{@code docs/policy-cli.md} explains each.
 */
public enum LintCheck {
    DOES_NOT_COMPILE("E001", Level.ERROR),
    UNKNOWN_TOOL("E002", Level.ERROR),
    UNKNOWN_ARGUMENT("E003", Level.ERROR),
    WRONG_TYPE("E004", Level.ERROR),
    OUTSIDE_SCOPE("E005", Level.ERROR),
    BAD_CASE("E006", Level.ERROR),
    EMPTY_REASON("E007", Level.ERROR),
    NEVER_FIRES("W012", Level.WARNING),
    COVERED("W013", Level.WARNING),
    ALWAYS_DENIED("W014", Level.WARNING),
    NO_CASE("W016", Level.WARNING),
    UNBOUNDED_HISTORY("W017", Level.WARNING),
    EXCLUDES_BAD("W018", Level.WARNING),
    ALLOWS_EVERYTHING("W020", Level.WARNING),
    STRANGE_WAIT("W021", Level.WARNING),
    NAMES_DIFFER_IN_CASE("W022", Level.WARNING),
    GAP("W023", Level.WARNING),
    OVERLAP("W024", Level.WARNING),
    FAILED_CASE("W025", Level.WARNING),
    CONTRADICTION("I015", Level.INFO),
    ALLOWS_WITHOUT_CONDITION("I019", Level.INFO),
    UNUSED_GROUP("I028", Level.INFO),
    TOOL_WITHOUT_RULE("I029", Level.INFO);

    /** How much it matters. */
    public enum Level {
        /** The bundle cannot be published, or its cases not be read. */
        ERROR,
        /** Very likely not what was meant. */
        WARNING,
        /** Worth knowing. */
        INFO;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String id;
    private final Level level;

    LintCheck(String id, Level level) {
        this.id = id;
        this.level = level;
    }

    public String id() {
        return id;
    }

    public Level level() {
        return level;
    }

    /** Such as {@code never-fires}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
