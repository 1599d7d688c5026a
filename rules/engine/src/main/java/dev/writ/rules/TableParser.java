package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads decision tables: rules whose form is written once, with values in rows below. The layout is that of Drools' spreadsheets.
 *
 * <pre>
 * RuleTable name
 * NAME     CONDITION                             CONDITION               ACTION         what a column holds
 *          ToolCall( tool == "billing.refund" )                                         patterns; empty: that of the left
 *          text("currency") == "$1"              number("amount") &lt;= $1  allow("$1")    templates
 * Name     Currency                              Up to                   Allowed since  for people
 * euro     EUR                                   50                      a small refund rows, until one is empty
 * </pre>
 */
final class TableParser {

    private static final String KEYWORD = "RuleTable";
    private static final String FORM = "a table starts with a row whose first cell is '" + KEYWORD + " name'";

    private final String file;
    private final List<TableRow> rows;
    private final List<BundleProblem> problems;
    private final List<RuleSyntax> rules = new ArrayList<>();
    private int at;

    private TableParser(String file, List<TableRow> rows, List<BundleProblem> problems) {
        this.file = file;
        this.rows = rows;
        this.problems = problems;
    }

    /** The rules that could be read; the rest is reported. */
    static List<RuleSyntax> parse(String file, List<TableRow> rows, List<BundleProblem> problems) {
        int before = problems.size();
        TableParser parser = new TableParser(file, rows, problems);
        parser.checkCells();
        while (parser.at < rows.size() && problems.size() - before < Limits.REPORTED_PROBLEMS) {
            if (rows.get(parser.at).isBlank()) {
                parser.at++;
            } else {
                parser.table(before);
            }
        }
        return parser.rules;
    }

    /** What a spreadsheet program would run when it opens the file. */
    private void checkCells() {
        for (TableRow row : rows) {
            for (TableCell cell : row.cells()) {
                if (!cell.isEmpty() && isFormula(cell.value())) {
                    problems.add(cell.place()
                            .problem("spreadsheets take what starts with '"
                                    + cell.value().charAt(0) + "' for a formula; a cell holds a value"));
                    return;
                }
            }
        }
    }

    private static boolean isFormula(String value) {
        return switch (value.charAt(0)) {
            case '=', '+', '@' -> true;
            case '-' -> value.length() < 2 || value.charAt(1) < '0' || value.charAt(1) > '9';
            default -> false;
        };
    }

    private void table(int before) {
        try {
            RuleTable table = header();
            while (at < rows.size() && !rows.get(at).isBlank() && problems.size() - before < Limits.REPORTED_PROBLEMS) {
                TableRow row = rows.get(at++);
                try {
                    rules.add(table.rule(row));
                } catch (SyntaxException unreadable) {
                    problems.add(unreadable.problem());
                }
            }
        } catch (SyntaxException unreadable) {
            problems.add(unreadable.problem());
            skipToNextTable();
        }
    }

    private void skipToNextTable() {
        while (at < rows.size() && !rows.get(at).isBlank()) {
            at++;
        }
    }

    private RuleTable header() {
        TableRow title = next(FORM);
        String name = name(title);
        TableRow kinds = next("below the name stand the kinds of columns: " + TableColumn.Kind.list());
        TableRow patterns = next("below the kinds of columns stand the patterns, such as ToolCall( tool == \"a.b\" )");
        TableRow templates = next("below the patterns stand the templates, such as number(\"amount\") <= $1");
        int width = kinds.width();
        List<RuleTable.Group> groups = groups(kinds, patterns, templates, width);
        Optional<TableColumn> names = columns(TableColumn.Kind.NAME, kinds, patterns, templates).stream()
                .findFirst();
        columns(TableColumn.Kind.DESCRIPTION, kinds, patterns, templates);
        List<TableColumn> metadata = columns(TableColumn.Kind.METADATA, kinds, patterns, templates);
        List<TableColumn> actions = columns(TableColumn.Kind.ACTION, kinds, patterns, templates);
        if (groups.isEmpty() || actions.isEmpty()) {
            throw new SyntaxException(kinds.place().problem("a table has a CONDITION and an ACTION"));
        }
        checkLabels(next("below the templates stand names of the columns for people"), width);
        return new RuleTable(name, names, metadata, groups, actions, width);
    }

    private TableRow next(String expected) {
        if (at == rows.size() || rows.get(at).isBlank()) {
            Place end = rows.get(Math.min(at, rows.size() - 1)).place();
            throw new SyntaxException(end.problem("the table ends too early; " + expected));
        }
        return rows.get(at++);
    }

    private static String name(TableRow title) {
        String cell = title.cell(0).value();
        if (!cell.startsWith(KEYWORD + " ")) {
            throw new SyntaxException(title.cell(0)
                    .place()
                    .problem("found '" + shortened(cell) + "'; " + FORM + ", and a row without a value ends one"));
        }
        requireEmpty(title, 1, "behind the table's name stands nothing");
        return cell.substring(KEYWORD.length()).strip();
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    private static void requireEmpty(TableRow row, int from, String message) {
        for (int i = from; i < row.width(); i++) {
            requireEmpty(row.cell(i), message);
        }
    }

    private static void requireEmpty(TableCell cell, String message) {
        if (!cell.isEmpty()) {
            throw new SyntaxException(cell.place().problem(message));
        }
    }

    private List<RuleTable.Group> groups(TableRow kinds, TableRow patterns, TableRow templates, int width) {
        requireEmpty(patterns, width, "there is no kind above this");
        requireEmpty(templates, width, "there is no kind above this");
        List<RuleTable.Group> groups = new ArrayList<>();
        List<TableColumn> columns = new ArrayList<>();
        Optional<TablePattern> pattern = Optional.empty();
        for (TableColumn column : columns(TableColumn.Kind.CONDITION, kinds, patterns, templates)) {
            TableCell cell = patterns.cell(column.index());
            if (!cell.isEmpty()) {
                pattern.ifPresent(left -> groups.add(new RuleTable.Group(left, columns)));
                columns.clear();
                pattern = Optional.of(TablePattern.read(file, cell, problems));
            } else if (pattern.isEmpty()) {
                throw new SyntaxException(kinds.cell(column.index())
                        .place()
                        .problem("below the first CONDITION stands a pattern, such as ToolCall( tool == \"a.b\" )"));
            }
            columns.add(column);
        }
        pattern.ifPresent(left -> groups.add(new RuleTable.Group(left, columns)));
        return groups;
    }

    private List<TableColumn> columns(TableColumn.Kind wanted, TableRow kinds, TableRow patterns, TableRow templates) {
        List<TableColumn> columns = new ArrayList<>();
        for (int i = 0; i < kinds.width(); i++) {
            TableCell cell = kinds.cell(i);
            TableColumn.Kind kind = TableColumn.Kind.named(cell.value())
                    .orElseThrow(() -> new SyntaxException(cell.place()
                            .problem("found '" + shortened(cell.value()) + "'; a column is one of "
                                    + TableColumn.Kind.list())));
            if (kind == wanted) {
                columns.add(column(i, kind, patterns.cell(i), templates.cell(i)));
            }
        }
        if (wanted == TableColumn.Kind.NAME && columns.size() > 1) {
            throw new SyntaxException(
                    kinds.cell(columns.get(1).index()).place().problem("a table has one NAME at most"));
        }
        return columns;
    }

    private TableColumn column(int index, TableColumn.Kind kind, TableCell pattern, TableCell template) {
        if (kind != TableColumn.Kind.CONDITION) {
            requireEmpty(pattern, "patterns stand below CONDITION");
        }
        if (!kind.hasTemplate()) {
            requireEmpty(template, "below " + kind + " stands no template");
            return new TableColumn(index, kind, Optional.empty());
        }
        if (template.isEmpty()) {
            throw new SyntaxException(template.place()
                    .problem("column " + (index + 1) + ", " + kind + ", has no template, such as "
                            + (kind == TableColumn.Kind.CONDITION
                                    ? "number(\"amount\") <= $1"
                                    : kind == TableColumn.Kind.ACTION ? "allow(\"$1\")" : "control(\"$1\")")));
        }
        RuleParser.Part part = switch (kind) {
            case ACTION -> RuleParser.Part.OPINION;
            case METADATA -> RuleParser.Part.NOTE;
            default -> RuleParser.Part.CONSTRAINTS;
        };
        return new TableColumn(index, kind, Optional.of(TableTemplate.read(file, template, part, problems)));
    }

    /** A row of values that was taken for the names of the columns would be a rule that is missing. */
    private static void checkLabels(TableRow labels, int width) {
        requireEmpty(labels, width, "there is no kind above this");
        for (int i = 0; i < width; i++) {
            TableCell label = labels.cell(i);
            if (label.isEmpty() || TableTemplate.isValue(label)) {
                throw new SyntaxException(label.place()
                        .problem("column " + (i + 1) + " has no name for people; every column has one, and the rows"
                                + " of values stand below them"));
            }
        }
    }
}
