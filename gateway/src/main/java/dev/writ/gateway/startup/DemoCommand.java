package dev.writ.gateway.startup;

import dev.writ.gateway.demo.Demo;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code writ demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Plays a billing-support agent against a scratch gateway and a small billing service.")
final class DemoCommand implements Callable<Integer> {

    private static final String EXIT = "writ-demo-exit";

    @Option(names = "--exit", description = "End after printing, with exit code 0 if everything came out as it should.")
    boolean exit;

    @Option(names = "--port", description = "Port of the gateway. Default: ${DEFAULT-VALUE}", defaultValue = "8080")
    int port;

    @Override
    public Integer call() throws Exception {
        Path scratch = Files.createTempDirectory("writ-demo-");
        System.setProperty(EXIT, Boolean.toString(exit));
        System.setProperty("quarkus.log.console.level", "WARN");
        System.err.println("writ: starting a gateway on a scratch database in " + scratch);
        return Unhurried.run(() -> {
            try {
                return Server.run(Home.open(scratch), Optional.empty(), "127.0.0.1", port, Playing.class);
            } finally {
                delete(scratch);
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Plays the scenario once the gateway is up. */
    static final class Playing implements QuarkusApplication {
        @Override
        public int run(String... args) throws IOException {
            Path home = Path.of(System.getProperty("writ.home"));
            URI gateway = URI.create("http://127.0.0.1:" + System.getProperty("quarkus.http.port"));
            PrintStream out = System.out;
            try (Demo demo = Demo.start(gateway, out)) {
                boolean asItShould = demo.play(
                        Files.readString(home.resolve("bootstrap-key")).strip(), home);
                asItShould &= AuditVerifyCommand.verify(Home.open(home), Optional.empty(), out);
                if (!Boolean.getBoolean(EXIT)) {
                    demo.printNextSteps(home);
                    out.println("Stop with Ctrl-C; everything in " + home + " is then gone.");
                    Quarkus.waitForExit();
                }
                return asItShould ? 0 : 1;
            }
        }
    }
}
