package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.connect.mcp.TestServer.Era;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DiscoveryTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private McpListing discover(URI url) {
        McpConnectorSettings settings =
                McpConnectorSettings.of("files", OpenMcp.http(url)).build();
        return Discovery.discover(settings, vertx).await().atMost(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatAServerIsAndOffers(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("search", "\"icons\":[]"))) {
            McpListing listing = discover(server.url());
            assertThat(listing.server().text("name")).contains("test");
            assertThat(listing.tools()).containsExactly(TestServer.tool("search", "\"icons\":[]"));
            assertThat(listing.prompts()).hasSize(1);
            assertThat(McpListing.parse(listing.toJson().toJson())).isEqualTo(listing);
            assertThat(server.requests("tools/call")).isEmpty();
        }
    }

    @Test
    void triesAgainIfTheServerSaysThatItSpeaksWhatItRefused() {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("search", ""))) {
            server.discovers((request, answering) -> {
                if (server.requests("server/discover").size() == 1) {
                    answering.status(
                            400,
                            "{\"jsonrpc\":\"2.0\",\"id\":" + request.id().toJson()
                                    + ",\"error\":{\"code\":-32022,\"message\":\"no\",\"data\":{\"supported\":[\"2026-07-28\"]}}}");
                } else {
                    answering.result("{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}");
                }
            });
            assertThat(discover(server.url()).tools()).isEmpty();
            assertThat(server.requests("initialize")).isEmpty();
        }
    }

    @Test
    void saysThatTheCredentialIsNotAccepted() {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("search", ""))) {
            server.discovers((request, answering) -> answering.status(401, ""));
            assertThatThrownBy(() -> discover(server.url()))
                    .hasMessageContaining(
                            "the server does not accept Writ's credential (401); an operator has to renew it");
        }
    }

    @Test
    void saysThatNobodyIsThere() {
        URI nobody;
        try (TestServer server = new TestServer(Era.MODERN)) {
            nobody = server.url();
        }
        assertThatThrownBy(() -> discover(nobody)).hasMessageContaining("the server could not be reached");
    }

    @Test
    void saysWhatAProgramComplainedOfLastWithoutItsSecrets() {
        McpConnectorSettings settings = McpConnectorSettings.of(
                        "files",
                        new Endpoint.Command(
                                List.of("/bin/sh", "-c", "echo \"no module 'notes'; token $TOKEN\" >&2; exit 1"),
                                Path.of("."),
                                Map.of(),
                                Map.of("TOKEN", OpenMcp.CREDENTIAL)))
                .build();

        assertThatThrownBy(() -> Discovery.discover(settings, vertx).await().atMost(Duration.ofSeconds(20)))
                .hasMessageContaining("the program ended; the last it wrote to its standard error: no module 'notes'")
                .message()
                .doesNotContain(OpenMcp.CREDENTIAL);
    }

    @Test
    void goesNowhereThatTheOperatorDidNotAllow() {
        McpConnectorSettings settings = McpConnectorSettings.of(
                        "files", Endpoint.Http.of(URI.create("https://127.0.0.1:1/mcp")))
                .build();
        assertThatThrownBy(() -> Discovery.discover(settings, vertx).await().atMost(Duration.ofSeconds(20)))
                .hasMessageContaining("the server's host leads to an address that the operator did not allow");
    }
}
