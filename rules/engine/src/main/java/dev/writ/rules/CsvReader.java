package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts CSV into rows of cells (RFC 4180): commas between cells, lines that end with LF or CRLF, cells in double quotes may hold
 * both, and quotes are doubled there. A byte order mark at the start is passed over.
 *
 * <p>Characters that are invisible or change the reading direction are refused, as in rules.
 */
final class CsvReader {

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final String file;
    private final String source;
    private int at;
    private int line = 1;
    private int lineStart;

    private CsvReader(String file, String source) {
        this.file = file;
        this.source = source;
        if (!source.isEmpty() && source.charAt(0) == BYTE_ORDER_MARK) {
            at = 1;
            lineStart = 1;
        }
    }

    /** The rows, those without a value among them; if the file is no CSV, that is reported, and the rows before it come. */
    static List<TableRow> rows(String file, String source, List<BundleProblem> problems) {
        CsvReader reader = new CsvReader(file, source);
        List<TableRow> rows = new ArrayList<>();
        try {
            int held = 0;
            while (reader.at < source.length()) {
                TableRow row = reader.row();
                boolean blank = row.isBlank();
                if (!blank && ++held > Limits.TABLE_ROWS) {
                    throw new SyntaxException(
                            row.place().problem("a file of tables has at most " + Limits.TABLE_ROWS + " rows"));
                }
                if (!blank || (!rows.isEmpty() && !rows.get(rows.size() - 1).isBlank())) {
                    rows.add(row);
                }
            }
        } catch (SyntaxException malformed) {
            problems.add(malformed.problem());
        }
        return rows;
    }

    private TableRow row() {
        Place start = place();
        List<TableCell> cells = new ArrayList<>();
        while (true) {
            cells.add(at < source.length() && source.charAt(at) == '"' ? quoted() : plain());
            if (at < source.length() && source.charAt(at) == ',') {
                if (cells.size() == Limits.TABLE_COLUMNS) {
                    throw new SyntaxException(
                            place().problem("a table has at most " + Limits.TABLE_COLUMNS + " columns"));
                }
                at++;
            } else {
                endOfLine();
                return new TableRow(cells, start);
            }
        }
    }

    private TableCell plain() {
        int from = at;
        Place start = place();
        while (at < source.length() && source.charAt(at) != ',' && !isLineEnd()) {
            if (source.charAt(at) == '"') {
                throw new SyntaxException(
                        place().problem("a cell with a double quote in it stands in double quotes, with those inside"
                                + " doubled: \"text(\"\"to\"\") == \"\"$1\"\"\""));
            }
            advanceVisibly();
        }
        return new TableCell(
                source.substring(from, at),
                TableCell.Kind.UNTYPED,
                (textLine, column) -> new Place(file, start.line(), start.column() + column - 1));
    }

    private TableCell quoted() {
        Place start = place();
        StringBuilder text = new StringBuilder();
        at++;
        while (true) {
            if (at >= source.length()) {
                throw new SyntaxException(start.problem("this cell never ends; '\"' is missing"));
            }
            if (source.charAt(at) != '"') {
                int from = at;
                advanceVisibly();
                text.append(source, from, at);
            } else if (at + 1 < source.length() && source.charAt(at + 1) == '"') {
                text.append('"');
                at += 2;
            } else {
                break;
            }
        }
        at++;
        if (at < source.length() && source.charAt(at) != ',' && !isLineEnd()) {
            throw new SyntaxException(
                    place().problem("behind a cell in double quotes stands ',' or the end of the line; a double quote"
                            + " inside is doubled"));
        }
        String held = text.toString();
        return new TableCell(
                held, TableCell.Kind.UNTYPED, (textLine, column) -> insideQuotes(start, held, textLine, column));
    }

    private Place insideQuotes(Place start, String text, int textLine, int textColumn) {
        int sourceColumn = start.column() + 1;
        int from = 0;
        for (int i = 1; i < textLine; i++) {
            from = text.indexOf('\n', from) + 1;
            sourceColumn = 1;
        }
        for (int i = from; i < from + textColumn - 1 && i < text.length(); i++) {
            sourceColumn += text.charAt(i) == '"' ? 2 : 1;
        }
        return new Place(file, start.line() + textLine - 1, sourceColumn);
    }

    private void endOfLine() {
        if (at < source.length() && source.charAt(at) == '\r') {
            at++;
        }
        if (at < source.length()) {
            advanceVisibly();
        }
    }

    private boolean isLineEnd() {
        return source.charAt(at) == '\n' || source.startsWith("\r\n", at);
    }

    private void advanceVisibly() {
        int point = source.codePointAt(at);
        if (!Lexer.isVisible(point) || (point == '\r' && !source.startsWith("\r\n", at))) {
            throw new SyntaxException(
                    place().problem(String.format("the invisible character U+%04X is not allowed", point)));
        }
        at += Character.charCount(point);
        if (point == '\n') {
            line++;
            lineStart = at;
        }
    }

    private Place place() {
        return new Place(file, line, at - lineStart + 1);
    }
}
