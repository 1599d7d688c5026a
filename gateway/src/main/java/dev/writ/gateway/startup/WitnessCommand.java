package dev.writ.gateway.startup;

import dev.writ.audit.Cosigner;
import dev.writ.audit.KeyFile;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.LogWitness;
import dev.writ.audit.WitnessFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code writ witness}. */
@Command(
        name = "witness",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a witness until it is stopped: it cosigns the checkpoints of logs, each only if it",
            "extends the one before (c2sp.org/tlog-witness). Run it on another machine than the log."
        })
final class WitnessCommand implements Callable<Integer> {

    private static final SecureRandom RANDOM = new SecureRandom();

    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            required = true,
            description = "Folder of the witness's key and memory; made if it is not there. Never that of a gateway.")
    @Nullable
    Path home;

    @Option(
            names = "--log",
            paramLabel = "VKEY",
            required = true,
            arity = "1..*",
            converter = VerifierKeyOption.class,
            description = "Verifier key of each log that it is to watch")
    List<LogVerifierKey> logs = List.of();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of its key, such as witness.example.com/w1; chosen once, with the key."
                    + " Default: one at random")
    @Nullable
    String name;

    @Option(
            names = "--host",
            description = "Address to listen on. Default: ${DEFAULT-VALUE}",
            defaultValue = "127.0.0.1")
    String host = "";

    @Option(names = "--port", description = "Port to listen on. Default: ${DEFAULT-VALUE}", defaultValue = "8091")
    int port;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<LogVerifierKey> keys = List.copyOf(logs);
        Path folder = Home.open(Optional.ofNullable(home).orElseThrow()).folder();
        Cosigner cosigner = cosigner(folder, Optional.ofNullable(name));
        CountDownLatch stopping = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopping, stopped)));
        try (WitnessFolder memory = WitnessFolder.open(folder, cosigner.verifierKey())) {
            // What is damaged is to be told now.
            keys.forEach(key -> memory.latest(key.name()));
            LogWitness witness = new LogWitness(cosigner, keys, memory, InstantSource.system());
            try (WitnessServer server = WitnessServer.start(new InetSocketAddress(host, port), witness)) {
                announce(cosigner, server, System.out);
                stopping.await();
            } catch (BindException taken) {
                throw new UncheckedIOException(
                        "port " + port + " of " + host + " is not free; choose another with --port", taken);
            }
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    /** Waits until what is being answered is answered, and the folder given back. */
    private static void stop(CountDownLatch stopping, CountDownLatch stopped) {
        stopping.countDown();
        try {
            stopped.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private static void announce(Cosigner cosigner, WitnessServer server, PrintStream out) {
        String vkey = cosigner.verifierKey().vkey();
        out.println("verifier key: " + vkey);
        out.println("for the policy file of the log, with a name of your choice:");
        out.println("witness w1 " + vkey + " " + server.url());
        out.println("ready (stop with Ctrl-C)");
        out.flush();
    }

    /** The witness's key, which is made with the first start. */
    private static Cosigner cosigner(Path folder, Optional<String> name) {
        Cosigner cosigner = Cosigner.parse(KeyFile.at(folder.resolve("witness-key"))
                .readOrCreate(() -> Cosigner.generate(name.orElseGet(WitnessCommand::chosen), RANDOM)
                        .privateKey()));
        if (name.filter(asked -> !asked.equals(cosigner.verifierKey().name())).isPresent()) {
            throw new IllegalArgumentException("the witness in this folder is "
                    + cosigner.verifierKey().name() + "; leave --name out, or choose another folder");
        }
        return cosigner;
    }

    private static String chosen() {
        byte[] unique = new byte[8];
        RANDOM.nextBytes(unique);
        return "witness.local/" + HexFormat.of().formatHex(unique);
    }
}
