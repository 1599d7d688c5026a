package dev.writ.connect;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;

/**
 * What passes between the caller and the tool while a call is carried out, beside its arguments and its result. The words are those
 * of MCP, since no other protocol has them.
 *
 * <p>Implementations are safe to use from any thread. Whatever a tool says here was written by the tool: it is as trustworthy as its
 * results are.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress">MCP progress, cancellation</a>
 */
public interface Dialogue {

    /** Nobody listens, nobody answers, nobody cancels. */
    Dialogue NONE = new Dialogue() {};

    /**
     * What the caller can answer, as MCP {@code ClientCapabilities}, without what the operator has not switched on for this tool's
     * server.
     */
    default JsonObject capabilities() {
        return JsonObject.empty();
    }

    /**
     * What the caller sends along beside name and arguments, such as {@code inputResponses} and {@code requestState} of MCP
     * 2026-07-28. Passed on as it is.
     */
    default JsonObject extra() {
        return JsonObject.empty();
    }

    /** Whether anybody wants to hear of progress. */
    default boolean isListening() {
        return false;
    }

    /**
     * Tells the caller something while the call is under way: a notification of MCP, such as {@code notifications/progress}. What comes
     * after the result is dropped.
     *
     * @param params without the token that names the request, which is each side's own
     */
    default void tell(String method, JsonObject params) {}

    /**
     * Whether what the tool wants to know may be asked at all, here or by a result that asks first. If not, the tool is told so, whatever
     * the caller could answer.
     */
    default boolean mayAsk() {
        return true;
    }

    /**
     * Asks the caller something that the tool wants to know, such as {@code elicitation/create}.
     *
     * @return fails with {@link UnansweredException} if the caller cannot be asked, or does not answer in time
     */
    default Uni<JsonValue> ask(String method, JsonObject params) {
        return Uni.createFrom().failure(new UnansweredException("the caller cannot be asked"));
    }

    /**
     * The tool has let go of its connection, and is asked again for the result after a while. A caller who can come back likewise need not
     * wait on a connection either. The call goes on.
     */
    default void pause() {}

    /** Completes if the caller wants the call to be given up; otherwise never. What was sent by then may have its effect. */
    default Uni<Void> cancelled() {
        return Uni.createFrom().nothing();
    }
}
