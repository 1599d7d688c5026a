package dev.writ.connect.http;

import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One method of an OpenRPC document. The request's id is the call's, so a repeated request has the same one, and no two calls do.
 *
 * @param id its name, as it is sent
 * @param parameters in the order of the document; each is an argument
 * @param headers that go along with every request
 * @see <a href="https://www.jsonrpc.org/specification">JSON-RPC 2.0</a>
 */
record RpcMethod(
        String id, ToolDefinition definition, List<String> parameters, Passing passing, Map<String, String> headers)
        implements Operation {

    /** JSON-RPC 2.0 4.2: how arguments stand in {@code params}. */
    enum Passing {
        BY_NAME,
        BY_POSITION
    }

    RpcMethod {
        parameters = List.copyOf(parameters);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    @Override
    public OutboundRequest request(JsonObject arguments, CallId call) throws UnsendableException {
        // The schema says the same; this holds even if nobody checked it.
        if (!parameters.containsAll(arguments.members().keySet())) {
            throw new UnsendableException("there is an argument that the tool does not have");
        }
        Map<String, JsonValue> message = new LinkedHashMap<>();
        message.put("jsonrpc", new JsonString("2.0"));
        message.put("id", new JsonString(call.toString()));
        message.put("method", new JsonString(id));
        if (!parameters.isEmpty()) {
            message.put("params", passing == Passing.BY_NAME ? arguments : positions(arguments));
        }
        OutboundRequest request = new OutboundRequest(
                        "POST",
                        "",
                        Map.of(),
                        Optional.of(new JsonObject(message).toJson()),
                        new AnswerForm.JsonRpc(call.toString()))
                .with("Content-Type", "application/json");
        for (Map.Entry<String, String> header : headers.entrySet()) {
            request = request.with(header.getKey(), header.getValue());
        }
        return request;
    }

    /** Arguments at the end can be left out; one in between would move the others. */
    private JsonArray positions(JsonObject arguments) throws UnsendableException {
        List<JsonValue> values = new ArrayList<>();
        for (String name : parameters) {
            Optional<JsonValue> value = arguments.get(name);
            if (value.isPresent() && values.size() < parameters.indexOf(name)) {
                throw new UnsendableException("'" + name + "' is sent by its position, so "
                        + parameters.subList(0, parameters.indexOf(name)) + " are needed before it");
            }
            value.ifPresent(values::add);
        }
        return new JsonArray(values);
    }
}
