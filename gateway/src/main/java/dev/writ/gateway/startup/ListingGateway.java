package dev.writ.gateway.startup;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.ToolListing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A running gateway, which knows which tools there are. */
record ListingGateway(URI url, Optional<String> key) {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    List<ToolDefinition> tools() {
        HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
        List<ToolDefinition> tools = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            JsonObject page = page(client, cursor.get());
            List<BundleProblem> problems = new ArrayList<>();
            tools.addAll(ToolListing.read(url.toString(), page, "", problems));
            if (!problems.isEmpty()) {
                throw new ToolFileException(problems.get(0).toString());
            }
            cursor = page.text("next");
        }
        return tools;
    }

    private JsonObject page(HttpClient client, String cursor) {
        String query = cursor.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/v1/tools?limit=1000" + query))
                .timeout(TIMEOUT)
                .header("Accept", "application/json");
        key.ifPresent(token -> request.header("Authorization", "Bearer " + token));
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new ToolFileException("the gateway at " + url + " answered " + answer.statusCode()
                        + "; --token-file must hold one of its keys");
            }
            return (JsonObject) JsonValue.parse(answer.body());
        } catch (IOException unreachable) {
            throw new UncheckedIOException("the gateway at " + url + " cannot be reached", unreachable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
    }

    @Override
    public String toString() {
        return "ListingGateway[" + url + "]";
    }
}
