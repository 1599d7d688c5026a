package dev.writ.gateway.export;

import dev.writ.audit.Column;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Entries as rows for a spreadsheet. A cell that a spreadsheet would take for a formula begins with an apostrophe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class Csv implements EventFormat {

    private static final String END = "\r\n";
    private static final String FORMULA = "=+-@\t\r";
    private static final List<Column> COLUMNS = List.of(
            Column.CALL,
            Column.VERDICT,
            Column.AGENT,
            Column.SUBJECT,
            Column.SESSION,
            Column.TOOL,
            Column.RULE,
            Column.BUNDLE);

    @Override
    public String extension() {
        return "csv";
    }

    @Override
    public String header() {
        return "index,at,kind," + COLUMNS.stream().map(Column::text).collect(Collectors.joining(","))
                + ",actor,reason,outcome,leafHash" + END;
    }

    @Override
    public Optional<String> line(Event event) {
        StringBuilder line = new StringBuilder();
        line.append(event.slot().index());
        cell(line, event.entry().at().toString());
        cell(line, event.entry().kind());
        COLUMNS.forEach(column -> cell(line, event.column(column).orElse("")));
        cell(line, event.entry().body().text("actor").orElse(""));
        cell(line, event.entry().body().text("reason").orElse(""));
        cell(line, event.entry().body().text("outcome").orElse(""));
        cell(line, event.slot().leafHash().value());
        return Optional.of(line.append(END).toString());
    }

    private static void cell(StringBuilder line, String value) {
        line.append(',').append(escape(value));
    }

    /** A dash alone is how entries say that there is no person. */
    private static boolean mayBeAFormula(String value) {
        return !value.isEmpty() && FORMULA.indexOf(value.charAt(0)) >= 0 && !value.equals("-");
    }

    static String escape(String value) {
        String harmless = mayBeAFormula(value) ? "'" + value : value;
        boolean isPlain =
                harmless.chars().noneMatch(unit -> unit == ',' || unit == '"' || unit == '\r' || unit == '\n');
        return isPlain ? harmless : '"' + harmless.replace("\"", "\"\"") + '"';
    }
}
