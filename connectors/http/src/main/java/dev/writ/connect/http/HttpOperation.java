package dev.writ.connect.http;

import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One operation of an OpenAPI document.
 *
 * @param id its {@code operationId}
 */
record HttpOperation(
        String id, ToolDefinition definition, String method, PathTemplate path, List<Parameter> parameters, Body body)
        implements Operation {

    HttpOperation {
        parameters = List.copyOf(parameters);
    }

    @Override
    public OutboundRequest request(JsonObject arguments, CallId call) throws UnsendableException {
        requireKnown(arguments);
        Map<String, String> segments = new LinkedHashMap<>();
        List<String> query = new ArrayList<>();
        Map<String, String> headers = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            Optional<JsonValue> value = arguments.get(parameter.name());
            if (value.isPresent()) {
                switch (parameter.place()) {
                    case PATH -> segments.put(parameter.name(), parameter.text(value.get()));
                    case QUERY -> query.addAll(parameter.pairs(value.get()));
                    case HEADER -> headers.put(parameter.name(), parameter.text(value.get()));
                }
            }
        }
        Optional<String> content = body.of(arguments).map(JsonValue::toJson);
        if (content.isPresent()) {
            headers.put("Content-Type", "application/json");
        }
        String target = path.fill(segments) + (query.isEmpty() ? "" : "?" + String.join("&", query));
        OutboundRequest request = new OutboundRequest(method, target, Map.of(), content, new AnswerForm.Plain());
        for (Map.Entry<String, String> header : headers.entrySet()) {
            request = request.with(header.getKey(), header.getValue());
        }
        return request;
    }

    /** The schema says the same; this holds even if nobody checked it. */
    private void requireKnown(JsonObject arguments) throws UnsendableException {
        Set<String> known = parameters.stream().map(Parameter::name).collect(Collectors.toCollection(HashSet::new));
        known.addAll(body.names());
        if (!known.containsAll(arguments.members().keySet())) {
            throw new UnsendableException("there is an argument that the tool does not have");
        }
    }
}
