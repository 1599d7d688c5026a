package dev.writ.connect.mcp;

import dev.writ.connect.mcp.ResultSchemas.ResultSchema;
import dev.writ.model.JsonObject;
import java.util.Map;
import java.util.Optional;

/** What a tool of ours is to the server. */
sealed interface Operation {

    String method();

    JsonObject params(JsonObject arguments);

    /** What {@code Mcp-Name} says (2026-07-28), if anything. */
    default Optional<String> routingName(JsonObject arguments) {
        return Optional.empty();
    }

    /** Arguments that are mirrored into headers. */
    default Map<String, String> headers(JsonObject arguments) {
        return Map.of();
    }

    /** What the result has to look like, if the server said so. */
    default Optional<ResultSchema> resultSchema() {
        return Optional.empty();
    }

    /** What has to be as it was pinned when it is called, if the server defines it. */
    default Optional<Pinned> pinned() {
        return Optional.empty();
    }

    /** A definition of the server, as it was approved. */
    record Pinned(Kind kind, String name, JsonObject definition) {}

    /** A tool of the server. */
    record CallTool(Pinned tool, ParamHeaders mirrored, Optional<ResultSchema> resultSchema) implements Operation {
        @Override
        public String method() {
            return "tools/call";
        }

        @Override
        public JsonObject params(JsonObject arguments) {
            return JsonObject.builder()
                    .put("name", tool.name())
                    .put("arguments", arguments)
                    .build();
        }

        @Override
        public Optional<String> routingName(JsonObject arguments) {
            return Optional.of(tool.name());
        }

        @Override
        public Map<String, String> headers(JsonObject arguments) {
            return mirrored.of(arguments);
        }

        @Override
        public Optional<Pinned> pinned() {
            return Optional.of(tool);
        }
    }

    /** A prompt of the server. */
    record GetPrompt(Pinned prompt) implements Operation {
        @Override
        public String method() {
            return "prompts/get";
        }

        @Override
        public JsonObject params(JsonObject arguments) {
            return JsonObject.builder()
                    .put("name", prompt.name())
                    .put("arguments", arguments)
                    .build();
        }

        @Override
        public Optional<String> routingName(JsonObject arguments) {
            return Optional.of(prompt.name());
        }

        @Override
        public Optional<Pinned> pinned() {
            return Optional.of(prompt);
        }
    }

    /** A method whose parameters are the arguments. */
    record Plain(String method) implements Operation {
        @Override
        public JsonObject params(JsonObject arguments) {
            return arguments;
        }

        @Override
        public Optional<String> routingName(JsonObject arguments) {
            return method.equals("resources/read") ? arguments.text("uri") : Optional.empty();
        }
    }
}
