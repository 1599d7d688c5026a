package dev.writ.gateway.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts Quarkus on a database that is ready, and stops the database after it. */
final class Server {

    private Server() {}

    /**
     * Runs until the application ends.
     *
     * @return its exit code
     */
    static int run(
            Home home,
            Optional<String> databaseUrl,
            String host,
            int port,
            Class<? extends QuarkusApplication> application) {
        requireFree(host, port);
        AtomicInteger exitCode = new AtomicInteger();
        try (Database database = Database.open(home, databaseUrl)) {
            database.properties().forEach(System::setProperty);
            Map.of(
                            "writ.home", home.folder().toString(),
                            "quarkus.http.host", host,
                            "quarkus.http.port", Integer.toString(port))
                    .forEach(System::setProperty);
            if (System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == null) {
                // Without a collector the exporter would only complain.
                System.setProperty("quarkus.otel.sdk.disabled", "true");
            } else {
                System.setProperty("quarkus.otel.exporter.otlp.endpoint", System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"));
            }
            Quarkus.run(application, (code, failure) -> exitCode.set(failure == null ? code : failed(failure)));
        }
        return exitCode.get();
    }

    private static int failed(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        System.err.println("writ: could not run: " + cause.getMessage());
        return 1;
    }

    private static void requireFree(String host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException taken) {
            throw new UncheckedIOException(
                    "port " + port + " of " + host + " is not free; choose another with --port", taken);
        }
    }
}
