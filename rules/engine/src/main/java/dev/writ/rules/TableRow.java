package dev.writ.rules;

import java.util.List;

/** One row of a file of decision tables. */
record TableRow(List<TableCell> cells, Place place) {

    TableRow {
        cells = List.copyOf(cells);
    }

    /** The cell in that column, counted from 0; empty where the row has ended. */
    TableCell cell(int column) {
        return column < cells.size() ? cells.get(column) : TableCell.empty(place);
    }

    boolean isBlank() {
        return cells.stream().allMatch(TableCell::isEmpty);
    }

    /** How many columns it takes to hold what is not empty. */
    int width() {
        int width = cells.size();
        while (width > 0 && cells.get(width - 1).isEmpty()) {
            width--;
        }
        return width;
    }
}
