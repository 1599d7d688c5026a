package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A decision table: each of its rows is a rule.
 *
 * @param conditions the patterns with the columns below each, from left to right
 */
record RuleTable(
        String name,
        Optional<TableColumn> names,
        List<TableColumn> metadata,
        List<Group> conditions,
        List<TableColumn> actions,
        int width) {

    /** A pattern and the columns below it. */
    record Group(TablePattern pattern, List<TableColumn> columns) {
        Group {
            columns = List.copyOf(columns);
        }
    }

    RuleTable {
        metadata = List.copyOf(metadata);
        conditions = List.copyOf(conditions);
        actions = List.copyOf(actions);
    }

    /**
     * The rule that a row is. It is put together out of tokens, so that it says whatever rules can say, and nothing else.
     *
     * @throws SyntaxException if it is none
     */
    RuleSyntax rule(TableRow row) {
        if (row.width() > width) {
            throw new SyntaxException(row.cell(row.width() - 1).place().problem("the table has no such column"));
        }
        Place place = row.place();
        List<Token> tokens = new ArrayList<>();
        tokens.add(TableTokens.word("rule", place));
        tokens.add(TableTokens.text(name + ": " + rowName(row), place));
        for (List<Token> note : filled(metadata, row)) {
            tokens.add(TableTokens.symbol("@", place));
            tokens.addAll(note);
        }
        tokens.add(TableTokens.word("when", place));
        for (Group group : conditions) {
            tokens.addAll(group.pattern().with(filled(group.columns(), row)));
        }
        tokens.add(TableTokens.word("then", place));
        tokens.addAll(action(row));
        tokens.add(TableTokens.symbol(";", place));
        tokens.add(TableTokens.word("end", place));
        tokens.add(new Token(Token.Kind.END, "", place));
        return RuleParser.rule(tokens);
    }

    private String rowName(TableRow row) {
        return names.map(column -> row.cell(column.index()))
                .filter(cell -> !cell.isEmpty())
                .map(TableCell::value)
                .orElse("row " + row.place().line());
    }

    private List<Token> action(TableRow row) {
        List<List<Token>> said = filled(actions, row);
        if (said.size() != 1) {
            throw new SyntaxException(row.place()
                    .problem("a row says one thing: one of its cells below ACTION is filled, and here are "
                            + said.size()));
        }
        return said.get(0);
    }

    private static List<List<Token>> filled(List<TableColumn> columns, TableRow row) {
        List<List<Token>> filled = new ArrayList<>(columns.size());
        for (TableColumn column : columns) {
            TableCell cell = row.cell(column.index());
            if (!cell.isEmpty()) {
                filled.add(column.template().orElseThrow().filled(cell));
            }
        }
        return filled;
    }
}
