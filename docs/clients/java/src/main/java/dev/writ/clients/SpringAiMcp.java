package dev.writ.clients;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallback;

/** Spring AI's tools of an MCP server. */
public final class SpringAiMcp {

    private SpringAiMcp() {}

    public static void main(String... arguments) throws Exception {
        URI url = URI.create(Lines.URL);
        try (McpSyncClient client = McpClient.sync(
                        HttpClientStreamableHttpTransport.builder(url.getScheme() + "://" + url.getAuthority())
                                .endpoint(url.getPath())
                                .requestBuilder(HttpRequest.newBuilder().header("Authorization", Lines.AUTHORIZATION))
                                .build())
                .requestTimeout(Duration.ofMinutes(2))
                .build()) {
            client.initialize();
            ToolCallback[] tools = new SyncMcpToolCallbackProvider(List.of(client)).getToolCallbacks();
            Lines.answer("org.springframework.ai:spring-ai-mcp", new Lines.Client() {
                @Override
                public List<String> tools() {
                    return Stream.of(tools).map(tool -> tool.getToolDefinition().name()).toList();
                }

                @Override
                public String call(String name, String arguments) {
                    ToolCallback called = Stream.of(tools)
                            .filter(tool -> tool.getToolDefinition().name().equals(name))
                            .findFirst()
                            .orElseThrow();
                    try {
                        return called.call(arguments);
                    } catch (RuntimeException told) {
                        // Spring AI hands the words of a tool's error to the model as the message of an exception.
                        return String.valueOf(told.getMessage());
                    }
                }
            });
        }
    }
}
