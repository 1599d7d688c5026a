package dev.writ.clients;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.ToolExecutionException;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** LangChain4j's MCP client. */
public final class LangChain4jMcp {

    private LangChain4jMcp() {}

    public static void main(String... arguments) throws Exception {
        try (McpClient client = DefaultMcpClient.builder()
                .toolExecutionTimeout(Duration.ofMinutes(2))
                .transport(StreamableHttpMcpTransport.builder()
                        .url(Lines.URL)
                        .timeout(Duration.ofMinutes(2))
                        .customHeaders(Map.of("Authorization", Lines.AUTHORIZATION))
                        .build())
                .build()) {
            Lines.answer("dev.langchain4j:langchain4j-mcp", new Lines.Client() {
                @Override
                public List<String> tools() {
                    return client.listTools().stream().map(ToolSpecification::name).toList();
                }

                @Override
                public String call(String tool, String arguments) {
                    try {
                        return client.executeTool(ToolExecutionRequest.builder()
                                        .id("call-1")
                                        .name(tool)
                                        .arguments(arguments)
                                        .build())
                                .resultText();
                    } catch (ToolExecutionException told) {
                        // AiServices hands the words of a tool's error to the model as the message of this exception.
                        return String.valueOf(told.getMessage());
                    }
                }
            });
        }
    }
}
