package dev.writ.connect;

import dev.writ.model.Digest;
import dev.writ.model.JsonValue;
import java.util.Optional;
import java.util.function.Function;

/** What became of an invocation. */
public sealed interface ToolResult {

    <R> R fold(Function<Succeeded, R> succeeded, Function<Failed, R> failed, Function<OutcomeUnknown, R> unknown);

    /**
     * The tool did it.
     *
     * @param value what it answered
     * @param traffic digests of the bytes that crossed the wire
     */
    record Succeeded(JsonValue value, Traffic traffic) implements ToolResult {
        @Override
        public <R> R fold(
                Function<Succeeded, R> succeeded, Function<Failed, R> failed, Function<OutcomeUnknown, R> unknown) {
            return succeeded.apply(this);
        }

        @Override
        public String toString() {
            return "Succeeded[]";
        }
    }

    /**
     * The tool answered that it did not, or nothing was sent.
     *
     * @param reason for the agent: what failed and what to do; holds no credential
     * @param value what the tool answered, if it did
     */
    record Failed(String reason, Optional<JsonValue> value, Traffic traffic) implements ToolResult {
        @Override
        public <R> R fold(
                Function<Succeeded, R> succeeded, Function<Failed, R> failed, Function<OutcomeUnknown, R> unknown) {
            return failed.apply(this);
        }

        @Override
        public String toString() {
            return "Failed[]";
        }
    }

    /**
     * A request may have reached the tool, and no usable answer came.
     *
     * @param reason for the agent; holds no credential
     */
    record OutcomeUnknown(String reason, Traffic traffic) implements ToolResult {
        @Override
        public <R> R fold(
                Function<Succeeded, R> succeeded, Function<Failed, R> failed, Function<OutcomeUnknown, R> unknown) {
            return unknown.apply(this);
        }
    }

    /**
     * What crossed the wire, without the content.
     *
     * @param sent digest of the request's body before credentials were added; absent if nothing was sent
     * @param received digest of the answer's body
     * @param upstreamId the tool's own id of the operation, if it gave one
     */
    record Traffic(Optional<Digest> sent, Optional<Digest> received, Optional<String> upstreamId) {
        public static final Traffic NONE = new Traffic(Optional.empty(), Optional.empty(), Optional.empty());

        /** Without the tool's id, which may name a person. */
        @Override
        public String toString() {
            return "Traffic[" + sent + ", " + received + "]";
        }
    }
}
