package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The merged cells of a sheet. People see the first one of each area; the others must not hold anything. Since areas do not overlap,
 * no cell is looked at twice.
 */
final class MergedCells {

    private static final Pattern AREA = Pattern.compile("([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})");

    private record Area(int left, int top, int right, int bottom) {

        boolean overlaps(Area other) {
            return left <= other.right && other.left <= right && top <= other.bottom && other.top <= bottom;
        }
    }

    private final List<Area> areas = new ArrayList<>();

    /** @throws SyntaxException if there are some, though cells are still to come */
    void requireNone(WorkbookXml xml) {
        if (!areas.isEmpty()) {
            throw xml.refused("merged cells stand before the cells");
        }
    }

    /** @throws SyntaxException if that is no area, or one that spreadsheet programs would not write */
    void add(WorkbookXml xml, String reference) {
        if (areas.size() == Limits.MERGED_CELLS) {
            throw xml.refused("a sheet has at most " + Limits.MERGED_CELLS + " merged cells");
        }
        Matcher corners = AREA.matcher(reference);
        if (!corners.matches()) {
            throw senseless(xml);
        }
        Area area = new Area(
                SheetReader.column(corners.group(1)),
                Integer.parseInt(corners.group(2)),
                SheetReader.column(corners.group(3)),
                Integer.parseInt(corners.group(4)));
        if (area.left > area.right || area.top > area.bottom || areas.stream().anyMatch(area::overlaps)) {
            throw senseless(xml);
        }
        areas.add(area);
    }

    private static SyntaxException senseless(WorkbookXml xml) {
        return xml.refused("merged cells make no sense");
    }

    /** @throws SyntaxException if a cell that nobody sees holds something */
    void check(List<TableRow> rows) {
        if (areas.isEmpty()) {
            return;
        }
        NavigableMap<Integer, TableRow> byNumber = new TreeMap<>();
        rows.forEach(row -> byNumber.put(row.place().line(), row));
        areas.forEach(area ->
                byNumber.subMap(area.top, true, area.bottom, true).values().forEach(row -> check(area, row)));
    }

    private static void check(Area area, TableRow row) {
        boolean first = row.place().line() == area.top;
        for (int i = first ? area.left + 1 : area.left;
                i <= area.right && i < row.cells().size();
                i++) {
            if (!row.cell(i).isEmpty()) {
                throw new SyntaxException(row.cell(i).place().problem("is hidden behind the cell it is merged with"));
            }
        }
    }
}
