package dev.writ.gateway.export;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of CSV; lines may end without a carriage return too.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class CsvReader {

    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private final Reader in;
    private int next;
    private long line = 1;
    private long rowLine = 1;

    CsvReader(Reader in) throws IOException {
        this.in = in;
        this.next = in.read();
        if (next == BYTE_ORDER_MARK) {
            next = in.read();
        }
    }

    /** Line that the last row began in, from 1. */
    long line() {
        return rowLine;
    }

    /** The next row that is not empty. */
    Optional<List<String>> next() throws IOException {
        while (next == '\r' || next == '\n') {
            take();
        }
        rowLine = line;
        if (next < 0) {
            return Optional.empty();
        }
        List<String> row = new ArrayList<>();
        row.add(cell());
        while (next == ',') {
            take();
            row.add(cell());
        }
        return Optional.of(row);
    }

    private String cell() throws IOException {
        StringBuilder cell = new StringBuilder();
        if (next == '"') {
            take();
            quoted(cell);
        }
        while (next >= 0 && next != ',' && next != '\r' && next != '\n') {
            cell.append((char) take());
        }
        return cell.toString();
    }

    private void quoted(StringBuilder cell) throws IOException {
        while (true) {
            if (next < 0) {
                throw new IllegalArgumentException("line " + rowLine + " has a quote that does not end");
            }
            int taken = take();
            if (taken != '"') {
                cell.append((char) taken);
            } else if (next == '"') {
                cell.append((char) take());
            } else {
                return;
            }
        }
    }

    private int take() throws IOException {
        int taken = next;
        if (taken == '\n') {
            line++;
        }
        next = in.read();
        return taken;
    }
}
