package dev.writ.connect;

import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;

/** What a server of MCP has to read besides what it can do, as it lists it now. Reading it is a call of one of its tools. */
public interface ResourceSource {

    /** {@code {"resources": [...]}}, member for member. Fails if the server cannot be reached. */
    Uni<JsonObject> resources();

    /** {@code {"resourceTemplates": [...]}}, member for member. Fails if the server cannot be reached. */
    Uni<JsonObject> resourceTemplates();

    /** Follows a resource no longer. Fails if the server cannot be reached. */
    Uni<Void> unsubscribe(String uri);
}
