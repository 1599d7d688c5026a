package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;

/** Cuts a cell into values: commas between them, blanks around them do not count, and one with a comma stands in double quotes. */
final class TableValues {

    private final TableCell cell;
    private final String text;
    private int at;

    private TableValues(TableCell cell) {
        this.cell = cell;
        this.text = cell.value();
    }

    /** @throws SyntaxException if a value is missing */
    static List<TableCell> split(TableCell cell) {
        TableValues reader = new TableValues(cell);
        List<TableCell> values = new ArrayList<>();
        do {
            values.add(reader.next());
        } while (reader.acceptComma());
        if (values.size() > Limits.LISTED_VALUES) {
            throw reader.problem("at most " + Limits.LISTED_VALUES + " values can be listed");
        }
        return values;
    }

    private boolean acceptComma() {
        if (at == text.length()) {
            return false;
        }
        at++;
        return true;
    }

    private TableCell next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '"') {
            return quoted();
        }
        int comma = text.indexOf(',', at);
        int end = comma < 0 ? text.length() : comma;
        String value = text.substring(at, end).strip();
        if (value.isEmpty()) {
            throw problem("a value is missing before or behind a comma");
        }
        at = end;
        return cell.part(value);
    }

    private TableCell quoted() {
        int end = text.indexOf('"', at + 1);
        if (end < 0) {
            throw problem("a value in double quotes never ends");
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (value.isBlank() || (at < text.length() && text.charAt(at) != ',')) {
            throw problem(
                    "a value in double quotes holds something, no double quote, and a comma or the end follows it");
        }
        return cell.part(value);
    }

    private SyntaxException problem(String message) {
        return new SyntaxException(cell.place().problem(message));
    }
}
