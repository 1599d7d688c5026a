package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.Networks;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which machine a connector talks to, and how much at once. */
final class ReachingTest {

    private static final String ARGUMENTS = "{\"customer\":\"c1\"}";

    private final RecordingServer server = new RecordingServer();

    @AfterEach
    void close() {
        server.close();
    }

    /** The server, under a name that only the resolver knows. */
    private URI named() {
        return URI.create("http://billing.test:" + server.url("").getPort());
    }

    private OpenConnector open(HostResolver resolver) {
        return new OpenConnector(named(), settings -> settings, vertx -> resolver);
    }

    private static void assertNotSent(ToolResult result, String reason) {
        assertThat(result).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.reason()).contains(reason).endsWith("nothing was sent");
            assertThat(failed.traffic()).isEqualTo(Traffic.NONE);
        });
    }

    @Test
    void connectsToTheAddressThatWasChecked() {
        FixedResolver resolver = new FixedResolver("127.0.0.1");
        try (OpenConnector open = open(resolver)) {
            assertThat(open.call("list_refunds", ARGUMENTS)).isInstanceOf(Succeeded.class);
        }
        assertThat(resolver.questions()).containsExactly("billing.test");
        assertThat(server.onlyRequest().header("Host")).containsExactly(named().getAuthority());
    }

    @Test
    void checksTheAddressOfEachCallAnew() {
        FixedResolver resolver = new FixedResolver("127.0.0.1", "10.0.0.1");
        try (OpenConnector open = open(resolver)) {
            assertThat(open.call("list_refunds", ARGUMENTS)).isInstanceOf(Succeeded.class);
            assertNotSent(open.call("list_refunds", ARGUMENTS), "an address that the operator did not allow");
        }
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "169.254.169.254", "127.0.0.1 10.0.0.1", "10.0.0.1 127.0.0.1", "::1"})
    void sendsNothingToAHostThatHasAForbiddenAddress(String addresses) {
        try (OpenConnector open = open(new FixedResolver(addresses))) {
            assertNotSent(open.call("list_refunds", ARGUMENTS), "an address that the operator did not allow");
        }
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"})
    void sendsNothingToThisMachineUnlessToldTo(String host) {
        URI url = URI.create("http://" + host + ":" + server.url("").getPort());
        try (OpenConnector open = new OpenConnector(url, settings -> settings.networks(Networks.publicOnly()))) {
            assertNotSent(open.call("list_refunds", ARGUMENTS), "");
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void sendsNothingToAHostWithoutAddress() {
        try (OpenConnector open = open(new FixedResolver())) {
            assertNotSent(open.call("list_refunds", ARGUMENTS), "the tool could not be reached");
        }
    }

    @Test
    void saysThatNothingWasSentWhenNobodyListens() throws IOException {
        // Nobody listens at a port that is bound, and nobody else gets it meanwhile.
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            URI nobody = URI.create("http://127.0.0.1:" + bound.getLocalPort());
            try (OpenConnector open = new OpenConnector(nobody, settings -> settings)) {
                assertNotSent(open.call("list_refunds", ARGUMENTS), "the tool could not be reached");
            }
        }
    }

    @Test
    void sendsNothingOnceTheDeadlineHasPassed() {
        Promise<List<InetAddress>> late = Promise.promise();
        try (OpenConnector open = open(new HostResolver() {
            @Override
            public Future<List<InetAddress>> resolve(String host) {
                return late.future();
            }

            @Override
            public void close() {}
        })) {
            ToolResult result = open.call("list_refunds", ARGUMENTS, Duration.ofMillis(300));
            assertNotSent(result, "the tool could not be reached in time");
            late.complete(List.of(InetAddress.getLoopbackAddress()));
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void waitsNoLongerThanItsOwnTimeout() {
        server.staysSilent();
        try (OpenConnector open =
                new OpenConnector(server.url(""), settings -> settings.timeout(Duration.ofSeconds(3)))) {
            assertThat(open.call("list_refunds", ARGUMENTS, Duration.ofMinutes(5)))
                    .isInstanceOf(OutcomeUnknown.class);
        }
    }

    @Test
    void turnsCallsAwayThatAreTooManyAtOnce() {
        server.staysSilent();
        try (OpenConnector open = new OpenConnector(server.url(""), settings -> settings.maxConcurrent(2))) {
            List<Uni<ToolResult>> held = List.of(
                    open.connector.invoke(open.permit("list_refunds", ARGUMENTS, Duration.ofSeconds(60))),
                    open.connector.invoke(open.permit("list_refunds", ARGUMENTS, Duration.ofSeconds(60))));
            List<CompletableFuture<ToolResult>> waiting =
                    held.stream().map(Uni::subscribeAsCompletionStage).toList();
            await().atMost(Duration.ofSeconds(60)).until(() -> server.requests().size() == 2);

            assertNotSent(open.call("list_refunds", ARGUMENTS), "the tool is busy with 2 calls");
            server.close();
            assertThat(waiting).allSatisfy(call -> assertThat(call.join()).isInstanceOf(OutcomeUnknown.class));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"succeeds", "is silent", "breaks off", "cannot be reached", "forbidden", "unsendable"})
    void givesThePlaceOfACallBackHoweverItEnds(String ending) {
        FixedResolver resolver = new FixedResolver(
                switch (ending) {
                    case "forbidden" -> new String[] {"10.0.0.1", "127.0.0.1"};
                    case "cannot be reached" -> new String[] {"127.0.0.2", "127.0.0.1"};
                    case "unsendable" -> new String[] {"127.0.0.1"};
                    default -> new String[] {"127.0.0.1", "127.0.0.1"};
                });
        try (OpenConnector open =
                new OpenConnector(named(), settings -> settings.maxConcurrent(1), vertx -> resolver)) {
            if (ending.equals("is silent")) {
                server.staysSilent();
            } else if (ending.equals("breaks off")) {
                server.breaksOff();
            }
            open.call(
                    "list_refunds",
                    ending.equals("unsendable") ? "{\"customer\":\"..\"}" : ARGUMENTS,
                    Duration.ofMillis(500));
            server.answers(RecordingServer.Answer.json(200, "{}"));
            assertThat(open.call("list_refunds", ARGUMENTS)).isInstanceOf(Succeeded.class);
        }
    }
}
