package dev.writ.langchain4j;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tools that the gateway lists for this agent, read again when they are older than they may be. */
final class ToolList {

    private static final int MOST_PAGES = 100;

    private final Gateway gateway;
    private final Duration longest;
    private Optional<Read> last = Optional.empty();

    /** @param longest how long a list stays in use; what it offers is decided call by call, so an old one costs a refusal at worst */
    ToolList(Gateway gateway, Duration longest) {
        this.gateway = gateway;
        this.longest = longest;
    }

    private record Read(List<WritTool> tools, long at) {}

    synchronized List<WritTool> tools() {
        if (last.isEmpty() || System.nanoTime() - last.get().at() >= longest.toNanos()) {
            last = Optional.of(new Read(read(), System.nanoTime()));
        }
        return last.get().tools();
    }

    private List<WritTool> read() {
        List<WritTool> tools = new ArrayList<>();
        String path = "/v1/tools?limit=1000";
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode body = page(gateway.get(path));
            body.path("items").forEach(item -> tools.add(WritTool.of(item)));
            if (!body.path("next").isTextual()) {
                return List.copyOf(tools);
            }
            path = "/v1/tools?limit=1000&cursor="
                    + URLEncoder.encode(body.path("next").textValue(), UTF_8);
        }
        throw new WritException("The gateway's list of tools has no end. Is the base URL that of a Writ gateway?");
    }

    private static JsonNode page(Answer answer) {
        return answer.fold(
                received -> {
                    if (received.status() == 200
                            && received.body().path("items").isArray()) {
                        return received.body();
                    }
                    throw new WritException("The gateway did not list its tools (status " + received.status() + "). "
                            + whatToDo(received));
                },
                notSent -> {
                    throw new WritException("The gateway cannot be asked for its tools: " + notSent.reason()
                            + ". Check the base URL and the API key, and that the gateway runs.");
                },
                lost -> {
                    throw new WritException("The gateway did not list its tools: " + lost.reason() + ". Try again.");
                });
    }

    private static String whatToDo(Answer.Received received) {
        return switch (received.status()) {
            case 401 -> "It does not accept the API key: give the agent a live one.";
            case 403 -> "The API key has not the role for it: give the agent a key with role agent.";
            case 429, 503 -> "It is busy: try again later.";
            default -> "Check that the base URL is that of a Writ gateway.";
        };
    }
}
