package dev.writ.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A server whose backlog is full: connecting to it takes for ever, so nothing is ever sent. */
public final class Unaccepting implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> fillers = new ArrayList<>();

    public Unaccepting() throws IOException {
        for (int i = 0; i < 2; i++) {
            fillers.add(new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort()));
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Accepts whatever waits; none of it may hold a byte. */
    public void assertNothingWasSent() throws IOException {
        server.setSoTimeout(500);
        for (int i = 0; i < fillers.size(); i++) {
            try (Socket waiting = server.accept()) {
                assertThat(waiting.getInputStream().available()).isZero();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket filler : fillers) {
            filler.close();
        }
        server.close();
    }
}
