package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;

/** What answers one method. */
interface Method {

    /** The result; fails with {@link McpException} where there is an error instead. */
    Uni<JsonObject> answer(Visit visit);
}
