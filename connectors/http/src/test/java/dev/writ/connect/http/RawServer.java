package dev.writ.connect.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A service on the loopback interface that may say anything at all, HTTP or not. */
final class RawServer implements AutoCloseable {

    /** What it says once a request has arrived; afterwards the connection is closed. */
    interface Script {
        void say(OutputStream out) throws IOException, InterruptedException;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private final ServerSocket server;

    RawServer(Script script) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException unavailable) {
            throw new UncheckedIOException(unavailable);
        }
        threads.execute(() -> accept(script));
    }

    static Script text(String... parts) {
        return out -> {
            for (String part : parts) {
                out.write(part.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
        };
    }

    private void accept(Script script) {
        try {
            while (!server.isClosed()) {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket, script));
            }
        } catch (SocketException closed) {
            threads.shutdownNow();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            readHead(socket.getInputStream());
            requests.incrementAndGet();
            script.say(socket.getOutputStream());
        } catch (IOException gone) {
            // The client may hang up at any point; that is what some tests are about.
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int state = 0;
        while (state < 4) {
            int unit = in.read();
            if (unit < 0) {
                throw new IOException("closed");
            }
            boolean awaited = unit == (state % 2 == 0 ? '\r' : '\n');
            state = awaited ? state + 1 : unit == '\r' ? 1 : 0;
        }
    }

    int requests() {
        return requests.get();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        threads.shutdownNow();
    }
}
