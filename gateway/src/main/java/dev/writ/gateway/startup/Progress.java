package dev.writ.gateway.startup;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Shows on a terminal how far a long command is; on anything else it shows nothing. */
final class Progress implements AutoCloseable {

    private static final long STEP = Duration.ofMillis(200).toNanos();
    private static final int CELLS = 30;

    private final PrintStream err;
    private final boolean isShown;
    private final String what;
    private long total;
    private long shownAt = System.nanoTime();
    private boolean hasLine;

    private Progress(PrintStream err, boolean isShown, String what, long total) {
        this.err = err;
        this.isShown = isShown;
        this.what = what;
        this.total = total;
    }

    /** Of a command whose errors go to the terminal, if there is one. */
    @SuppressWarnings("SystemConsoleNull") // Writ runs on Java 17; on a later one it shows a bar too many.
    static Progress onTerminal(String what, long total) {
        return new Progress(System.err, System.console() != null, what, total);
    }

    static Progress on(PrintStream err, String what, long total) {
        return new Progress(err, true, what, total);
    }

    /** It has become known how much there is. */
    void of(long known) {
        total = known;
    }

    /** So many of the total are done. */
    void at(long done) {
        long now = System.nanoTime();
        if (!isShown || now - shownAt < STEP) {
            return;
        }
        shownAt = now;
        hasLine = true;
        long shown = Math.max(0, Math.min(done, total));
        int full = total == 0 ? CELLS : (int) (CELLS * shown / total);
        long percent = total == 0 ? 100 : 100 * shown / total;
        err.printf(
                Locale.ROOT,
                "\r%s [%s%s] %d%% %,d of %,d ",
                what,
                "=".repeat(full),
                " ".repeat(CELLS - full),
                percent,
                done,
                total);
        err.flush();
    }

    @Override
    public void close() {
        if (hasLine) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
