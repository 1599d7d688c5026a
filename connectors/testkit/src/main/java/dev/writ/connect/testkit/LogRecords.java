package dev.writ.connect.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Everything that is logged through {@code java.util.logging} at any level, until closed. */
final class LogRecords extends Handler implements AutoCloseable {

    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();
    private final List<String> texts = new CopyOnWriteArrayList<>();

    LogRecords() {
        setLevel(Level.ALL);
        setFormatter(new SimpleFormatter());
        root.setLevel(Level.ALL);
        root.addHandler(this);
    }

    /** Each with its parameters and stack trace. */
    List<String> texts() {
        return texts;
    }

    @Override
    public void publish(LogRecord logged) {
        texts.add(getFormatter().format(logged));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
        root.setLevel(before);
    }
}
