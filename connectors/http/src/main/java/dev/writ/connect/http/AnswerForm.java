package dev.writ.connect.http;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/** What a body may add to what the status of its answer says. */
sealed interface AnswerForm {

    /**
     * What became of the request.
     *
     * @param plain what the status says
     */
    ToolResult read(ToolResult plain);

    /** The status says it all. */
    record Plain() implements AnswerForm {
        @Override
        public ToolResult read(ToolResult plain) {
            return plain;
        }
    }

    /**
     * JSON-RPC 2.0: what was done is said in the body, and many servers answer 200 whatever it is. Only a {@code result} to this very request
     * is a success; an {@code error} is a failure; a 2xx that is neither leaves the outcome unknown.
     *
     * @param id of the request
     * @see <a href="https://www.jsonrpc.org/specification#response_object">JSON-RPC 2.0 5</a>
     */
    record JsonRpc(String id) implements AnswerForm {

        /** JSON-RPC 2.0 5: errors of a request whose id the server could not read. It has not carried that one out. */
        private static final Set<Long> UNREAD = Set.of(-32700L, -32600L);

        @Override
        public ToolResult read(ToolResult plain) {
            return plain.fold(this::ofSuccess, this::ofFailure, unknown -> unknown);
        }

        private ToolResult ofSuccess(Succeeded plain) {
            Optional<JsonObject> message = message(plain.value());
            Optional<ToolResult> failure = message.flatMap(this::error).map(error -> failed(error, plain.traffic()));
            Optional<ToolResult> success =
                    message.flatMap(this::result).map(result -> new Succeeded(result, plain.traffic()));
            return failure.or(() -> success)
                    .orElseGet(() -> unknown(
                            "the tool answered, but with no JSON-RPC result or error for this request",
                            plain.traffic()));
        }

        /** Of a server that uses the statuses of HTTP as well. Its status counts if its body says nothing more. */
        private ToolResult ofFailure(Failed plain) {
            Optional<JsonObject> message = plain.value().flatMap(JsonRpc::message);
            if (message.flatMap(this::result).isPresent()) {
                return unknown("the tool answered with a status of failure and a JSON-RPC result", plain.traffic());
            }
            return message.flatMap(this::error)
                    .map(error -> failed(error, plain.traffic()))
                    .orElse(plain);
        }

        private static ToolResult failed(JsonObject error, Traffic traffic) {
            return new Failed(
                    "the tool answered with the JSON-RPC error " + code(error).orElseThrow()
                            + "; its message may say what to change",
                    Optional.of(error),
                    traffic);
        }

        private static ToolResult unknown(String reason, Traffic traffic) {
            return new OutcomeUnknown(reason + "; find out whether it was done before trying again", traffic);
        }

        private static Optional<JsonObject> message(JsonValue value) {
            return Optional.of(value)
                    .filter(JsonObject.class::isInstance)
                    .map(JsonObject.class::cast)
                    .filter(object -> object.text("jsonrpc").equals(Optional.of("2.0")));
        }

        /** Absent as well if there is an error beside it, so that nobody can tell. */
        private Optional<JsonValue> result(JsonObject message) {
            return isOurs(message) && member(message, "error").isEmpty() ? message.get("result") : Optional.empty();
        }

        private Optional<JsonObject> error(JsonObject message) {
            Optional<JsonObject> error = member(message, "error")
                    .filter(JsonObject.class::isInstance)
                    .map(JsonObject.class::cast)
                    .filter(object ->
                            code(object).isPresent() && object.text("message").isPresent());
            boolean unread = member(message, "id").isEmpty()
                    && error.flatMap(JsonRpc::code).filter(UNREAD::contains).isPresent();
            return error.filter(object ->
                    (isOurs(message) || unread) && member(message, "result").isEmpty());
        }

        /** JSON-RPC 2.0 5.1: a whole number. */
        private static Optional<Long> code(JsonObject error) {
            return error.number("code")
                    .filter(code -> code.compareTo(BigDecimal.valueOf(code.longValue())) == 0)
                    .map(BigDecimal::longValue);
        }

        private boolean isOurs(JsonObject message) {
            return message.get("id").equals(Optional.of(new JsonString(id)));
        }

        /** Many servers write null for what is not there. */
        private static Optional<JsonValue> member(JsonObject message, String name) {
            return message.get(name).filter(value -> value != JsonNull.NULL);
        }
    }
}
