package dev.writ.audit.postgres;

/** What PostgreSQL must promise before anything is acknowledged on its word. */
final class Durability {

    /** The settings that {@link #require} knows. */
    static final String SETTINGS = "'fsync', 'full_page_writes', 'synchronous_commit'";

    private Durability() {}

    /** Refuses a value with which an acknowledged commit could be lost or torn. */
    static void require(String setting, String value) {
        boolean isSafe = switch (setting) {
            // Every other value waits at least for the local disk.
            case "synchronous_commit" -> !value.equals("off");
            case "fsync", "full_page_writes" -> value.equals("on");
            default -> throw new IllegalArgumentException("not a setting of durability: " + setting);
        };
        if (!isSafe) {
            throw new DatabaseException(
                    "PostgreSQL's " + setting + " is " + value + ": it may lose what it acknowledged; turn it on");
        }
    }
}
