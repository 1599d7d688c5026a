package dev.writ.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An {@link OidcProvider} as a process of its own, which ends with this one at the latest. */
public final class OidcServer implements AutoCloseable {

    public static final String REDIRECT = "https://portal.example/back";

    /** Where people are sent back to who sign in to a console. */
    public static final String CONSOLE = "/console/sign-in/oidc/callback";

    /** What it calls itself at {@link #stranger()}; nothing is there. */
    private static final String STRANGER = "https://stranger.example";

    private final Process process;
    private final Path log;
    private final BufferedReader answers;
    private final PrintStream orders;
    private final String[] ports;
    private final String[] strangersPorts;

    private OidcServer(String issuer, Path folder) throws IOException {
        log = folder.resolve("oidc.log");
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        OidcProvider.class.getName(),
                        folder.toString(),
                        issuer,
                        STRANGER))
                .redirectError(log.toFile())
                .start();
        answers = process.inputReader(UTF_8);
        orders = new PrintStream(process.getOutputStream(), true, UTF_8);
        ports = answer().split(" ");
        strangersPorts = answer().split(" ");
    }

    /**
     * Starts one.
     *
     * @param issuer what it calls itself, wherever it is
     * @param authority issues its certificate, and those of its clients
     */
    public static OidcServer start(String issuer, TestCertificates authority) {
        try {
            Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "oidc-");
            authority.issue("oidc", TestCertificates.here()).writeTo(folder, "server");
            authority.storeIn(folder);
            return new OidcServer(issuer, folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The secret of a client, or the password of a user. */
    public static String secret(String name) {
        return "not-a-secret-of-" + name;
    }

    public String url() {
        return "http://127.0.0.1:" + ports[0];
    }

    /** Where clients log in with certificates. */
    public String tlsUrl() {
        return "https://127.0.0.1:" + ports[1];
    }

    /** Another issuer, with the same clients and keys of its own. */
    public String stranger() {
        return "http://127.0.0.1:" + strangersPorts[0];
    }

    /** Signs with a new key from now on, and publishes the one before as well. */
    public void rotate() {
        orders.println(OidcProvider.ROTATE);
        answer();
    }

    private String answer() {
        return CompletableFuture.supplyAsync(this::line)
                .completeOnTimeout(Optional.empty(), 2, TimeUnit.MINUTES)
                .join()
                .orElseThrow(() -> {
                    close();
                    return new IllegalStateException("the issuer does not answer; see " + log);
                });
    }

    private Optional<String> line() {
        try {
            return Optional.ofNullable(answers.readLine());
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
