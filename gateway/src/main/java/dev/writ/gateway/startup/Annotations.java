package dev.writ.gateway.startup;

import java.io.PrintStream;
import java.util.Map;

/**
 * Workflow commands with which a job of GitHub Actions marks lines of a change.
 *
 * @see <a href="https://docs.github.com/actions/reference/workflow-commands-for-github-actions">Workflow commands</a>
 */
record Annotations(PrintStream out) {

    /** A job of theirs says so. */
    static boolean areWantedBy(Map<String, String> environment) {
        return "true".equals(environment.get("GITHUB_ACTIONS"));
    }

    /**
     * Marks one place.
     *
     * @param level {@code error}, {@code warning} or {@code notice}
     * @param line 0 for the file as a whole
     * @param column 0 for the line as a whole
     */
    void mark(String level, String file, int line, int column, String title, String message) {
        StringBuilder command =
                new StringBuilder("::").append(level).append(" file=").append(property(file));
        if (line > 0) {
            command.append(",line=").append(line);
        }
        if (line > 0 && column > 0) {
            command.append(",col=").append(column);
        }
        command.append(",title=").append(property(title));
        out.println(command.append("::").append(data(message)));
    }

    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
