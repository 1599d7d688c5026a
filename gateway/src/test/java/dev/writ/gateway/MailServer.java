package dev.writ.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A mail server that keeps what it takes as files, since tests and what starts the gateway have class loaders of their own. */
public final class MailServer implements AutoCloseable {

    /** Mail to whoever's name begins so is refused. */
    public static final String REFUSED = "refused";

    private final ServerSocket socket;
    private final Path folder;

    private MailServer(ServerSocket socket, Path folder) {
        this.socket = socket;
        this.folder = folder;
    }

    static MailServer start(Path folder) throws IOException {
        MailServer server = new MailServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), folder);
        Thread thread = new Thread(server::accept, "mail-server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    Map<String, String> properties() {
        return Map.of(
                "quarkus.mailer.mock", "false",
                "quarkus.mailer.from", "writ@example.com",
                "quarkus.mailer.host", "127.0.0.1",
                "quarkus.mailer.port", Integer.toString(socket.getLocalPort()),
                "quarkus.mailer.start-tls", "DISABLED");
    }

    /** What was sent to that address, oldest first, headers and all. */
    public static List<String> mailTo(String address) {
        try (Stream<Path> files = Files.list(Bank.home().resolve("mail"))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-" + address + ".eml"))
                    .sorted(Comparator.naturalOrder())
                    .map(MailServer::read)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread thread = new Thread(() -> serve(client), "mail");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            say(client, "220 mail.example.com ESMTP");
            String recipient = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String verb = line.toUpperCase(Locale.ROOT);
                if (verb.startsWith("RCPT TO:")) {
                    recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                    say(client, recipient.startsWith(REFUSED) ? "550 no such mailbox" : "250 ok");
                } else if (verb.equals("DATA")) {
                    say(client, "354 go on");
                    keep(recipient, data(in));
                    say(client, "250 taken");
                } else if (verb.equals("QUIT")) {
                    say(client, "221 bye");
                    return;
                } else {
                    say(client, "250 ok");
                }
            }
        } catch (IOException brokenOff) {
            // Whoever sent it tries again.
        }
    }

    private static String data(BufferedReader in) throws IOException {
        StringBuilder mail = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            mail.append(line.startsWith("..") ? line.substring(1) : line).append('\n');
        }
        return mail.toString();
    }

    private void keep(String recipient, String mail) throws IOException {
        Path written = Files.createTempFile(folder, "mail", ".tmp");
        Files.writeString(written, mail);
        Files.move(
                written,
                folder.resolve(String.format("%020d", System.nanoTime()) + "-" + recipient + ".eml"),
                StandardCopyOption.ATOMIC_MOVE);
    }

    private static void say(Socket client, String line) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            throw new UncheckedIOException(ignored);
        }
    }
}
