package dev.writ.connect.http;

import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;

/** What a document calls one thing that can be done: the tool it is, and how arguments become a request. */
sealed interface Operation permits HttpOperation, RpcMethod {

    /** What the document calls it. */
    String id();

    ToolDefinition definition();

    /**
     * The request that says exactly what the arguments say, and nothing else.
     *
     * @throws UnsendableException if there is none
     */
    OutboundRequest request(JsonObject arguments, CallId call) throws UnsendableException;
}
