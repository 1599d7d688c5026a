package dev.writ.gateway.startup;

import dev.writ.gateway.catalog.Visible;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/** Text of others as one line of a terminal: it must not look like what a command says, and must not steer the terminal. */
final class Line {

    private Line() {}

    static String of(String text) {
        return text.replace("\n", "<LF>")
                .replace("\t", "<TAB>")
                .codePoints()
                .mapToObj(point -> Visible.isHidden(point) ? "?" : Character.toString(point))
                .collect(Collectors.joining());
    }

    /** The first line of what went wrong. */
    static String of(Throwable failure) {
        String message = failure instanceof UncheckedIOException wrapped ? wrapped.getMessage() : failure.getMessage();
        return of((message == null ? failure.getClass().getSimpleName() : message)
                .lines()
                .findFirst()
                .orElse(""));
    }
}
