package dev.writ.gateway.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code writ serve}. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Runs the gateway until it is stopped.")
final class ServeCommand implements Callable<Integer> {

    @Mixin
    Installation installation = new Installation();

    @Option(
            names = "--host",
            description = "Address to listen on. Default: ${DEFAULT-VALUE}",
            defaultValue = "127.0.0.1")
    String host = "";

    @Option(names = "--port", description = "Port to listen on. Default: ${DEFAULT-VALUE}", defaultValue = "8080")
    int port;

    @Override
    public Integer call() throws Exception {
        Home home = installation.home();
        System.err.println("writ: starting, data in " + home.folder());
        return Unhurried.run(() -> Server.run(home, Installation.databaseUrl(), host, port, Serving.class));
    }

    /** Says where it is and waits for the end. */
    static final class Serving implements QuarkusApplication {
        @Override
        public int run(String... args) {
            System.err.println("writ: ready on http://" + System.getProperty("quarkus.http.host") + ":"
                    + System.getProperty("quarkus.http.port") + " (stop with Ctrl-C)");
            Quarkus.waitForExit();
            return 0;
        }
    }
}
