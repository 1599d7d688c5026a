package dev.writ.gateway.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for a terminal: each cell is wrapped at its column's width, between words where it can be. */
final class Table {

    private static final String GAP = "  ";

    private final List<Column> columns;
    private final StringBuilder text = new StringBuilder();

    Table(Column... columns) {
        this.columns = List.of(columns);
        line(this.columns.stream().map(Column::title).toList());
        line(this.columns.stream().map(column -> "-".repeat(column.width())).toList());
    }

    void row(String... cells) {
        List<List<String>> wrapped = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            wrapped.add(wrap(cells[i], columns.get(i).width()));
        }
        int height = wrapped.stream().mapToInt(List::size).max().orElse(0);
        for (int line = 0; line < height; line++) {
            int at = line;
            line(wrapped.stream()
                    .map(cell -> at < cell.size() ? cell.get(at) : "")
                    .toList());
        }
    }

    private void line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(cells.get(i))
                    .append(" ".repeat(columns.get(i).width() - cells.get(i).length()))
                    .append(GAP);
        }
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }

    private static List<String> wrap(String cell, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : Arrays.asList(cell.split(" "))) {
            String rest = word;
            if (line.length() > 0 && line.length() + 1 + rest.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (rest.length() > width) {
                lines.add(rest.substring(0, width));
                rest = rest.substring(width);
            }
            line.append(line.length() > 0 ? " " : "").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    record Column(String title, int width) {}
}
