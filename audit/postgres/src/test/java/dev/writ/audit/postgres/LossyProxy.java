package dev.writ.audit.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and its database, and cuts the connection at a chosen moment, once. */
final class LossyProxy implements AutoCloseable {

    private final DatabaseUrl target;
    private final ServerSocket server;
    private final AtomicInteger losses = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch delivered = new CountDownLatch(1);
    private volatile String fatal = "";
    private volatile Fate fate = Fate.LOSE;
    private volatile String awaited = "";
    private volatile Runnable action = () -> {};

    private enum Fate {
        LOSE,
        LOSE_ANSWER,
        WITHHOLD
    }

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
        fate = Fate.LOSE_ANSWER;
        fatal = text;
    }

    /** Cuts the connection instead of handing the next message with that text on. */
    void lose(String text) {
        fate = Fate.LOSE;
        fatal = text;
    }

    /** Cuts the connection instead of handing the next messages on, from one with that text up to COMMIT, and keeps them. */
    void withhold(String text) {
        fate = Fate.WITHHOLD;
        fatal = text;
    }

    /** Hands on after all what was withheld, and waits until the database has answered or hung up. */
    void deliver() {
        released.countDown();
        try {
            delivered.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Does that before the next message with that text is handed on, once. */
    void before(String text, Runnable what) {
        action = what;
        awaited = text;
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
                    String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                    if (!awaited.isEmpty() && text.contains(awaited)) {
                        awaited = "";
                        action.run();
                    }
                    if (isFatal(text)) {
                        fatal = "";
                        losses.incrementAndGet();
                        if (fate == Fate.WITHHOLD) {
                            withhold(text);
                            return;
                        }
                        isCut = true;
                        if (fate == Fate.LOSE_ANSWER) {
                            out.write(buffer, 0, read);
                            awaitAnswer();
                        }
                        return;
                    }
                    out.write(buffer, 0, read);
                }
            }
        }

        private void withhold(String first) throws IOException {
            StringBuilder all = new StringBuilder(first);
            byte[] buffer = new byte[1 << 16];
            while (all.indexOf("COMMIT") < 0) {
                int read = client.getInputStream().read(buffer);
                all.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            }
            isCut = true;
            client.close();
            try {
                released.await();
                database.getOutputStream().write(all.toString().getBytes(StandardCharsets.ISO_8859_1));
                awaitAnswer();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            } finally {
                delivered.countDown();
            }
        }

        void down() throws IOException {
            try {
                handOnAnswers();
            } finally {
                over();
            }
        }

        private synchronized void over() {
            isOver = true;
            notifyAll();
        }

        private void handOnAnswers() throws IOException {
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
