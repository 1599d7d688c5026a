package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one sheet of a workbook. */
final class SheetReader {

    private static final Pattern REFERENCE = Pattern.compile("([A-Z]{1,3})([1-9][0-9]{0,6})");
    private static final Pattern ESCAPE = Pattern.compile("_x[0-9A-Fa-f]{4}_");
    private static final Pattern SIZE = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,30})?([Ee][+-]?[0-9]{1,2})?");

    /** In points; what is lower cannot be read. */
    private static final double LEAST_HEIGHT = 3;

    /** In characters. */
    private static final double LEAST_WIDTH = 1;

    /** Types of cells that show a text, or a flag as if it were one. */
    private static final Set<String> SHOWN_AS_TEXT = Set.of("s", "inlineStr", "str", "b");

    private final String file;
    private final String sheet;
    private final WorkbookXml xml;
    private final List<String> texts;
    private final WorkbookStyles styles;
    private final List<TableRow> rows = new ArrayList<>();
    private final List<TableCell> cells = new ArrayList<>();
    private final MergedCells merged = new MergedCells();
    private int row;

    SheetReader(String file, String sheet, WorkbookXml xml, List<String> texts, WorkbookStyles styles) {
        this.file = file;
        this.sheet = sheet.replaceAll("[^ -~]", "?");
        this.xml = xml;
        this.texts = texts;
        this.styles = styles;
    }

    /** @throws SyntaxException if the sheet holds more than people see */
    List<TableRow> rows() {
        for (Optional<String> element = xml.next(); element.isPresent(); element = xml.next()) {
            switch (element.get()) {
                case "sheetData" -> merged.requireNone(xml);
                case "row" -> startRow();
                case "c" -> cell();
                case "col" -> {
                    String what = "column " + xml.attribute("min").orElse("?");
                    refuseHidden(what);
                    refuseSmall("width", LEAST_WIDTH, what);
                }
                case "sheetFormatPr" -> checkSizes();
                case "sheetView" -> checkView();
                case "conditionalFormatting" ->
                    throw problem("a conditional format may show "
                            + xml.attribute("sqref").orElse("a cell")
                            + " as something else than it holds; take the format off");
                // Conditional formats, data bars, icons and sparklines of later editions are in there.
                case "extLst" ->
                    throw problem("it has an extension, such as a data bar, an icon set or a sparkline, which may show"
                            + " something else than the cells hold; take it off");
                case "f" -> throw problem(cells.size(), "a formula; a cell holds a value");
                case "mergeCell" -> merged.add(xml, xml.attribute("ref").orElse(""));
                default -> {}
            }
        }
        endRow();
        merged.check(rows);
        return rows;
    }

    private void startRow() {
        merged.requireNone(xml);
        endRow();
        int number = number("[1-9][0-9]{0,6}", xml.attribute("r").orElse(""));
        if (number <= row) {
            throw xml.refused("its rows are not in order");
        }
        if (number > row + 1 && !rows.isEmpty()) {
            row++;
            rows.add(new TableRow(List.of(), place(row, 0)));
        }
        row = number;
        refuseHidden("row " + number);
        refuseSmall("ht", LEAST_HEIGHT, "row " + number);
    }

    private void endRow() {
        if (row == 0) {
            return;
        }
        TableRow read = new TableRow(cells, place(row, 0));
        cells.clear();
        if (!read.isBlank() || (!rows.isEmpty() && !rows.get(rows.size() - 1).isBlank())) {
            rows.add(read);
        }
        if (rows.size() > Limits.TABLE_ROWS) {
            throw problem(0, "a sheet of tables has at most " + Limits.TABLE_ROWS + " rows");
        }
    }

    private void checkSizes() {
        if (xml.isSet("zeroHeight")) {
            throw hidden("every row");
        }
        refuseSmall("defaultRowHeight", LEAST_HEIGHT, "every row");
        refuseSmall("defaultColWidth", LEAST_WIDTH, "every column");
        refuseSmall("baseColWidth", LEAST_WIDTH, "every column");
    }

    private void checkView() {
        if (xml.isUnset("showZeros")) {
            throw problem("its zeros are not shown; let them be shown");
        }
        if (xml.isSet("showFormulas")) {
            throw problem("it shows formulas in the place of values; let it show values");
        }
    }

    private void refuseHidden(String what) {
        if (xml.isSet("hidden") || xml.isSet("collapsed")) {
            throw hidden(what);
        }
    }

    private void refuseSmall(String size, double least, String what) {
        boolean readable = xml.attribute(size)
                .map(value -> SIZE.matcher(value).matches() && Double.parseDouble(value) >= least)
                .orElse(true);
        if (!readable) {
            throw hidden(what);
        }
    }

    private SyntaxException hidden(String what) {
        return problem(what + " is hidden, collapsed or too small to read; what nobody sees decides nothing");
    }

    private void cell() {
        Matcher reference = REFERENCE.matcher(xml.attribute("r").orElse(""));
        if (row == 0 || !reference.matches() || !reference.group(2).equals(Integer.toString(row))) {
            throw xml.refused("a cell is not in its row");
        }
        int column = column(reference.group(1));
        if (column < cells.size()) {
            throw problem(column, "the cells of a row are not in order");
        }
        String type = xml.attribute("t").orElse("n");
        String style = xml.attribute("s").orElse("");
        // Even an empty text is something that a format can show as something else.
        if (SHOWN_AS_TEXT.contains(type) && !WorkbookNumber.isPlain(styles.format(style))) {
            throw problem(column, "its format may show something else than it holds; format it as text");
        }
        String value = value(column);
        if (value.isEmpty()) {
            return;
        }
        if (column >= Limits.TABLE_COLUMNS) {
            throw problem(column, "a table has at most " + Limits.TABLE_COLUMNS + " columns");
        }
        while (cells.size() < column) {
            cells.add(TableCell.empty(place(row, cells.size())));
        }
        cells.add(typed(column, type, style, value));
    }

    /** The text inside the cell: of its value or of its own text, whichever is there. */
    private String value(int column) {
        StringBuilder value = new StringBuilder();
        xml.children(child -> {
            switch (child) {
                case "v" -> value.append(xml.text());
                case "is" -> value.append(xml.texts());
                case "f" -> throw problem(column, "a formula; a cell holds a value");
                default -> throw problem(column, "'" + child + "' in a cell");
            }
        });
        return value.toString();
    }

    private TableCell typed(int column, String type, String style, String value) {
        return switch (type) {
            case "s" -> text(column, shared(column, value));
            case "inlineStr" -> text(column, value);
            case "b" -> cell(column, value.equals("1") ? "true" : "false", TableCell.Kind.FLAG);
            case "n" -> cell(column, decimal(column, style, value), TableCell.Kind.NUMBER);
            case "d" -> throw problem(column, "a date; write it as text, such as 2026-01-31");
            case "e" -> throw problem(column, "an error");
            default -> throw problem(column, "the result of a formula; a cell holds a value");
        };
    }

    private String shared(int column, String index) {
        int at = number("[0-9]{1,7}", index);
        if (at >= texts.size()) {
            throw problem(column, "its text is missing");
        }
        return texts.get(at);
    }

    private String decimal(int column, String style, String written) {
        int places = WorkbookNumber.places(styles.format(style))
                .orElseThrow(() -> problem(
                        column,
                        "its format shows a date, a share or something else than the number; write it as text, or"
                                + " format it as a number"));
        String decimal = WorkbookNumber.decimal(written)
                .orElseThrow(() -> problem(
                        column,
                        "a number that is not what people see, such as the result of a calculation; format the cell as"
                                + " text and write it again"));
        int point = decimal.indexOf('.');
        if (point >= 0 && decimal.length() - point - 1 > places) {
            throw problem(column, "its format shows fewer decimal places than the number has");
        }
        return decimal;
    }

    private TableCell text(int column, String text) {
        if (!text.codePoints().allMatch(Lexer::isVisible)
                || ESCAPE.matcher(text).find()) {
            throw problem(column, "an invisible character is not allowed");
        }
        return cell(column, text, TableCell.Kind.TEXT);
    }

    private TableCell cell(int column, String text, TableCell.Kind kind) {
        Place place = place(row, column);
        return new TableCell(text, kind, (line, at) -> place);
    }

    static int column(String letters) {
        int column = 0;
        for (int i = 0; i < letters.length(); i++) {
            column = column * 26 + letters.charAt(i) - 'A' + 1;
        }
        return column - 1;
    }

    private static String letters(int column) {
        String last = Character.toString((char) ('A' + column % 26));
        return column < 26 ? last : letters(column / 26 - 1) + last;
    }

    private int number(String form, String digits) {
        if (!digits.matches(form)) {
            throw xml.refused("a number is expected");
        }
        return Integer.parseInt(digits);
    }

    private SyntaxException problem(String message) {
        return new SyntaxException(BundleProblem.ofFile(file, sheet + ": " + message));
    }

    private SyntaxException problem(int column, String message) {
        return new SyntaxException(place(row, column).problem(message));
    }

    private Place place(int inRow, int column) {
        return Place.ofCell(file, inRow, column + 1, sheet + "!" + letters(column) + inRow);
    }
}
