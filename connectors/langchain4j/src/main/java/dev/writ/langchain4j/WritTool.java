package dev.writ.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A tool as the gateway lists it.
 *
 * @param name in Writ, such as {@code billing.refund}
 * @param digest of the whole definition, as the gateway has pinned it
 */
record WritTool(String name, Optional<String> description, JsonNode inputSchema, Optional<String> digest) {

    static WritTool of(JsonNode listed) {
        String name = listed.path("name").asText();
        if (name.isEmpty() || !listed.path("inputSchema").isObject()) {
            throw new WritException(
                    "The gateway's list of tools is not one that this version understands. Is the base URL"
                            + " that of a Writ gateway?");
        }
        return new WritTool(
                name,
                Optional.of(listed.path("description").asText()).filter(text -> !text.isBlank()),
                listed.path("inputSchema"),
                Optional.of(listed.path("digest").asText()).filter(text -> !text.isEmpty()));
    }
}
