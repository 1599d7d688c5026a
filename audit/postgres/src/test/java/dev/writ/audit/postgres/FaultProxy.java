package dev.writ.audit.postgres;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and its database, message by message, and may cut or silence them before any of it. */
final class FaultProxy implements AutoCloseable {

    /** What becomes of a message, and of its connection. */
    enum Fate {
        PASS,
        /** Neither it nor anything after it is handed on; both sides learn that the connection is over. */
        CUT,
        /** Neither it nor anything after it is handed on; nobody learns of it. */
        SILENCE
    }

    /** Is asked before each message. */
    @FunctionalInterface
    interface Judge {

        /**
         * Decides what becomes of a message of the PostgreSQL protocol.
         *
         * @param fromClient whether the client sends it
         * @param type its first byte
         * @param body what follows its length, one character for each byte
         */
        Fate judge(boolean fromClient, char type, String body);
    }

    private final DatabaseUrl target;
    private final ServerSocket server;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private volatile int port;
    private volatile Judge judge = (fromClient, type, body) -> Fate.PASS;

    private FaultProxy(DatabaseUrl target, ServerSocket server) {
        this.target = target;
        this.server = server;
        this.port = target.port();
    }

    static FaultProxy to(DatabaseUrl target) throws IOException {
        FaultProxy proxy = new FaultProxy(target, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
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

    void judge(Judge newJudge) {
        judge = newJudge;
    }

    /** Connections lead to another server from now on; those that there are end. */
    void switchTo(int otherPort) {
        port = otherPort;
        links.forEach(Link::cut);
    }

    @Override
    public void close() throws IOException {
        server.close();
        links.forEach(Link::cut);
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            try {
                Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), port));
                links.add(link);
                daemon(() -> link.hand(true));
                daemon(() -> link.hand(false));
            } catch (IOException unreachable) {
                client.close();
            }
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket database;
        private volatile boolean isSilent;

        Link(Socket client, Socket database) throws IOException {
            this.client = client;
            this.database = database;
            client.setTcpNoDelay(true);
            database.setTcpNoDelay(true);
        }

        void hand(boolean fromClient) throws IOException {
            Socket from = fromClient ? client : database;
            Socket to = fromClient ? database : client;
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(from.getInputStream(), 1 << 16));
                    DataOutputStream out =
                            new DataOutputStream(new BufferedOutputStream(to.getOutputStream(), 1 << 16))) {
                if (fromClient) {
                    // The first message has no type.
                    int length = in.readInt();
                    out.writeInt(length);
                    out.write(in.readNBytes(length - 4));
                    out.flush();
                }
                while (true) {
                    int type = in.readUnsignedByte();
                    int length = in.readInt();
                    byte[] body = in.readNBytes(length - 4);
                    Fate fate = judge.judge(fromClient, (char) type, new String(body, StandardCharsets.ISO_8859_1));
                    if (fate != Fate.PASS) {
                        out.flush();
                        isSilent = fate == Fate.SILENCE;
                    }
                    if (fate == Fate.CUT) {
                        cut();
                        return;
                    }
                    if (!isSilent) {
                        out.writeByte(type);
                        out.writeInt(length);
                        out.write(body);
                        if (in.available() == 0) {
                            out.flush();
                        }
                    }
                }
            } finally {
                if (!isSilent) {
                    cut();
                }
            }
        }

        void cut() {
            try {
                client.close();
                database.close();
            } catch (IOException gone) {
                // That is what was wanted.
            }
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
                // One side went away, which is what this class is for.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
