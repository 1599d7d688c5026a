package dev.writ.gateway.startup;

import dev.writ.gateway.demo.BillingService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code writ billing}. */
@Command(
        name = "billing",
        mixinStandardHelpOptions = true,
        description = "Runs the demo's billing service alone, on the loopback interface, until it is stopped.")
final class BillingCommand implements Callable<Integer> {

    @Option(names = "--port", description = "Port to listen on. Default: ${DEFAULT-VALUE}", defaultValue = "8090")
    int port;

    @Option(
            names = "--credential",
            paramLabel = "TOKEN",
            description = "The bearer token that it asks for. Default: a random one")
    @Nullable
    String credential;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String token = Optional.ofNullable(credential).orElseGet(BillingService::mintCredential);
        try (BillingService billing = BillingService.start(port, token)) {
            System.out.println("billing service:  " + billing.uri());
            System.out.println("OpenAPI document: " + billing.document());
            System.out.println("it asks for:      Authorization: Bearer " + token);
            new CountDownLatch(1).await();
            return 0;
        } catch (BindException taken) {
            throw new UncheckedIOException("port " + port + " is not free; choose another with --port", taken);
        }
    }
}
