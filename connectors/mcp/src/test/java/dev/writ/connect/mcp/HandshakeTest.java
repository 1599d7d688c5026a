package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.mcp.TestServer.Era;
import java.net.URI;
import org.junit.jupiter.api.Test;

final class HandshakeTest {

    @Test
    void aServerOfBothErasIsSpokenToInTheOneThatTheOperatorChose() {
        try (TestServer server = new TestServer(Era.MODERN, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.newest("2025-06-18"))) {
            assertThat(open.call("search", "{}")).isInstanceOf(Succeeded.class);
            assertThat(server.requests("server/discover")).isEmpty();
            assertThat(server.requests("initialize"))
                    .singleElement()
                    .satisfies(request ->
                            assertThat(request.params().text("protocolVersion")).contains("2025-06-18"));
        }
    }

    @Test
    void aRevisionThatThereIsNotIsRefused() {
        McpConnectorSettings.Builder settings = McpConnectorSettings.of(
                        "files", OpenMcp.http(URI.create("http://127.0.0.1:1/mcp")))
                .newest("2024-01-01");

        assertThatThrownBy(settings::build).hasMessageContaining("2026-07-28, 2025-11-25");
    }
}
