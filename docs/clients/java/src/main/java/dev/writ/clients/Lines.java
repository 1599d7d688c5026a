package dev.writ.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One line of JSON in, one line of JSON out: how table.mjs talks with a client in another language. */
final class Lines {

    static final String URL = System.getenv("MCP_URL");
    static final String AUTHORIZATION = "Bearer " + System.getenv("MCP_TOKEN");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Lines() {}

    interface Client {
        List<String> tools();

        /** @return what the model is told */
        String call(String tool, String arguments);
    }

    /** Says who it is, and then does what it is asked until nobody asks any more. */
    static void answer(String name, Client client) throws IOException {
        say(Map.of("client", name, "revision", ""));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode asked = JSON.readTree(line);
            try {
                say(asked.path("do").asText().equals("list")
                        ? Map.of("tools", client.tools())
                        : Map.of("answer", client.call(asked.path("tool").asText(), asked.path("arguments").toString())));
            } catch (RuntimeException failed) {
                say(Map.of("error", failed.toString()));
            }
        }
    }

    private static void say(Map<String, ?> line) throws IOException {
        System.out.println(JSON.writeValueAsString(line));
    }
}
