package dev.writ.connect.mcp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program that speaks line by line over its standard input and output. Three threads wait for it: one writes, one reads what it says,
 * one reads its errors. It and all that it started end with it.
 */
final class ChildProcess {

    /** Hears what the program says; called on threads of the child. */
    interface Ear {
        void line(byte[] line);

        /** It says nothing any more. */
        void gone(String reason);
    }

    private static final int MOST_WAITING = 256;
    private static final int ERROR_LINES = 100;
    private static final int ERROR_LINE = 500;
    private static final long PATIENCE_MILLIS = 2000;
    private static final byte[] END = new byte[0];
    private static final String ENDED = "the program ended";

    private final Process process;
    private final int maxLine;
    private final Ear ear;
    private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Deque<String> errors = new ArrayDeque<>();
    private final Set<ProcessHandle> family = ConcurrentHashMap.newKeySet();
    // Of its output and of its errors.
    private final CountDownLatch lastWords = new CountDownLatch(2);

    private ChildProcess(Process process, int maxLine, Ear ear) {
        this.process = process;
        this.maxLine = maxLine;
        this.ear = ear;
    }

    static ChildProcess start(Endpoint.Command command, String name, int maxLine, Ear ear) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.argv())
                .directory(command.workingDirectory().toFile());
        Map<String, String> environment = builder.environment();
        Optional<String> path = Optional.ofNullable(environment.get("PATH"));
        environment.clear();
        path.ifPresent(present -> environment.put("PATH", present));
        environment.put("HOME", command.workingDirectory().toString());
        environment.putAll(command.environment());
        environment.putAll(command.secretEnvironment());
        ChildProcess child = new ChildProcess(builder.start(), maxLine, ear);
        child.thread("write", name, child::write);
        child.thread("read", name, child::read);
        child.thread("errors", name, child::readErrors);
        // What it started may hold its output open, so that the end of it says nothing of its own end.
        var unused = child.process.onExit().thenRun(() -> child.thread("end", name, child::ended));
        return child;
    }

    private void thread(String what, String name, Runnable work) {
        Thread thread = new Thread(work, "writ-mcp-" + name + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Has it written as soon as the program reads.
     *
     * @return whether there was room for it
     */
    boolean send(byte[] line) {
        return waiting.offer(line);
    }

    private void write() {
        try (OutputStream out = process.getOutputStream()) {
            for (byte[] line = waiting.take(); line.length > 0; line = waiting.take()) {
                out.write(line);
                out.write('\n');
                out.flush();
            }
        } catch (IOException gone) {
            // The reader notices too, and says so.
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        String reason = ENDED;
        try (InputStream in = new BufferedInputStream(process.getInputStream(), 64 * 1024)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int unit = in.read(); unit >= 0; unit = in.read()) {
                if (unit == '\n') {
                    ear.line(line.toByteArray());
                    line.reset();
                } else if (line.size() < maxLine) {
                    line.write(unit);
                } else {
                    reason = "the program wrote a line of more than " + maxLine + " bytes";
                    break;
                }
            }
        } catch (IOException broken) {
            reason = "the program can be heard no more";
        }
        lastWords.countDown();
        if (reason.equals(ENDED)) {
            ended();
        } else {
            ear.gone(reason);
        }
        close();
    }

    /** Whoever hears of it has heard all it said, and may ask at once what it complained of. */
    private void ended() {
        awaitLastWords();
        ear.gone(ENDED);
    }

    private void awaitLastWords() {
        try {
            // What it started may hold them open for ever.
            var unused = lastWords.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it writes there is for operators, who ask for it; it may hold anything, so it is never logged. */
    private void readErrors() {
        try (InputStream in = new BufferedInputStream(process.getErrorStream())) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int unit = in.read(); unit >= 0; unit = in.read()) {
                if (unit == '\n') {
                    remember(line.toString(StandardCharsets.UTF_8));
                    line.reset();
                } else if (line.size() < ERROR_LINE) {
                    line.write(unit);
                }
            }
            remember(line.toString(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            remember("(its errors can be read no more)");
        } finally {
            lastWords.countDown();
        }
    }

    private synchronized void remember(String line) {
        if (!line.isBlank()) {
            errors.add(line);
            if (errors.size() > ERROR_LINES) {
                errors.remove();
            }
        }
    }

    /** What it wrote to its standard error last, a line each. */
    synchronized List<String> errors() {
        return List.copyOf(errors);
    }

    long pid() {
        return process.pid();
    }

    /**
     * Ends it: its input is closed, and then it is asked, and then it is made to.
     *
     * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle">MCP lifecycle, Shutdown, stdio</a>
     */
    void close() {
        // They are nobody's children once it has ended.
        process.descendants().forEach(family::add);
        waiting.clear();
        waiting.add(END);
        Thread end = new Thread(this::end, "writ-mcp-end");
        end.start();
    }

    private void end() {
        try {
            if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(family::add);
                process.destroy();
                process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
        if (process.isAlive()) {
            process.destroyForcibly();
        }
        // To destroy a process closes its streams, also those that nobody has read to their end.
        awaitLastWords();
        process.destroyForcibly();
    }
}
