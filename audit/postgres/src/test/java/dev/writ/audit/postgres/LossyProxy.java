package dev.writ.audit.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and its database, and cuts the connection at a chosen moment, once. */
final class LossyProxy implements AutoCloseable {

    private final DatabaseUrl target;
    private final ServerSocket server;
    private final AtomicInteger losses = new AtomicInteger();
    private volatile String fatal = "";
    private volatile boolean isForwarded;

    private LossyProxy(DatabaseUrl target, ServerSocket server) {
        this.target = target;
        this.server = server;
    }

    static LossyProxy to(DatabaseUrl target) throws IOException {
        LossyProxy proxy = new LossyProxy(target, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        daemon(proxy::accept);
        return proxy;
    }

    /** The database, by way of this proxy. */
    DatabaseUrl url() {
        return new DatabaseUrl(
                "127.0.0.1",
                server.getLocalPort(),
                target.database(),
                target.user(),
                target.password(),
                DatabaseUrl.SslMode.DISABLE,
                target.sslRootCertificate());
    }

    /** Hands the next message with that text on, and then cuts the connection before any answer. */
    void loseAnswerTo(String text) {
        isForwarded = true;
        fatal = text;
    }

    /** Cuts the connection instead of handing the next message with that text on. */
    void lose(String text) {
        isForwarded = false;
        fatal = text;
    }

    int losses() {
        return losses.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket database = new Socket(target.host(), target.port());
            Link link = new Link(client, database);
            daemon(link::up);
            daemon(link::down);
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket database;
        private volatile boolean isCut;

        Link(Socket client, Socket database) {
            this.client = client;
            this.database = database;
        }

        void up() throws IOException {
            try (client;
                    database) {
                InputStream in = client.getInputStream();
                OutputStream out = database.getOutputStream();
                byte[] buffer = new byte[1 << 16];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (isFatal(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))) {
                        fatal = "";
                        losses.incrementAndGet();
                        isCut = true;
                        if (isForwarded) {
                            out.write(buffer, 0, read);
                            awaitAnswer();
                        }
                        return;
                    }
                    out.write(buffer, 0, read);
                }
            }
        }

        void down() throws IOException {
            InputStream in = database.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                synchronized (this) {
                    if (isCut) {
                        // ReadyForQuery, idle: the transaction is over.
                        isOver |= new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("Z\0\0\0\5I");
                        notifyAll();
                        continue;
                    }
                }
                out.write(buffer, 0, read);
            }
        }

        private boolean isOver;

        private synchronized void awaitAnswer() throws IOException {
            try {
                while (!isOver) {
                    wait();
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException(interrupted);
            }
        }

        private boolean isFatal(String message) {
            return !fatal.isEmpty() && message.contains(fatal);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException cut) {
                // The other side went away, which is what this class is for.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
