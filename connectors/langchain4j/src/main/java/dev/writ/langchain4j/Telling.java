package dev.writ.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.service.tool.ToolExecutionResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Says in a model's terms what came of a call: in a word, why, and what to do next. */
final class Telling {

    private static final int LONGEST_QUOTE = 4_000;

    private Telling() {}

    /** An ended call, or one that waits. */
    static ToolExecutionResult of(Answer answer) {
        return answer.fold(
                Telling::received,
                notSent -> error(
                        "GATEWAY_UNREACHABLE: " + notSent.reason()
                                + ". Nothing was executed. Tell the user, or try again later.",
                        Map.of()),
                lost -> error(
                        "OUTCOME_UNKNOWN: " + lost.reason()
                                + ". The gateway may have received the call and carried it out. Look whether it happened before you"
                                + " call the tool again.",
                        Map.of()));
    }

    /** An argument text that is no JSON object was not sent. */
    static ToolExecutionResult notJson() {
        return error(
                "INVALID_ARGUMENTS: the arguments are not one JSON object. Nothing was executed. Correct them and call again.",
                Map.of());
    }

    /** An id that is none was not asked for. */
    static ToolExecutionResult notACall() {
        return error("INVALID_ARGUMENTS: 'callId' is the id that a PENDING_APPROVAL or RUNNING answer gave.", Map.of());
    }

    /** The same answer, but a call that waits is no error: whoever asked where it stands has been told. */
    static ToolExecutionResult asked(Answer answer) {
        ToolExecutionResult told = of(answer);
        return isOpen(answer) ? told.toBuilder().isError(false).build() : told;
    }

    /** Whether it has not ended, so that it makes sense to ask again. */
    static boolean isOpen(Answer answer) {
        return answer.fold(
                received -> {
                    String status = Outcome.of(received.body()).status();
                    return status.equals("escalated") || status.equals("pending");
                },
                notSent -> false,
                lost -> false);
    }

    private static ToolExecutionResult received(Answer.Received received) {
        Outcome outcome = Outcome.of(received.body());
        if (outcome.isOfCall()) {
            return outcome.status().equals("succeeded")
                    ? success(outcome)
                    : error(ofCall(outcome), outcome.attributes());
        }
        Map<String, Object> attributes = new LinkedHashMap<>(outcome.attributes());
        received.retryAfter().ifPresent(wait -> attributes.put(WritToolProvider.RETRY_AFTER, wait));
        return error(refused(received, outcome), attributes);
    }

    private static ToolExecutionResult success(Outcome outcome) {
        ToolExecutionResult.Builder success =
                ToolExecutionResult.builder().isError(false).attributes(outcome.attributes());
        JsonNode result = outcome.result().orElse(null);
        if (result == null || result.isNull()) {
            return success.resultText(outcome.note().orElse("Done. The tool answered without content."))
                    .build();
        }
        success.result(Json.plain(result));
        Optional<McpResult> blocks = McpResult.of(result);
        return blocks.filter(of -> !of.isText())
                .map(of -> success.resultContents(of.contents()))
                .orElseGet(() -> success.resultText(blocks.map(McpResult::text).orElseGet(() -> text(result))))
                .build();
    }

    private static String text(JsonNode result) {
        return result.isTextual() && !result.textValue().isBlank() ? result.textValue() : Json.text(result);
    }

    private static String ofCall(Outcome outcome) {
        String call = outcome.callId().map(id -> " (call " + id + ")").orElse("");
        String reason = outcome.rule().map(rule -> "rule '" + rule + "' says: ").orElse("")
                + outcome.reason().orElse("no reason is given");
        return switch (outcome.status()) {
            case "escalated" -> waiting(outcome, reason);
            case "pending" ->
                "RUNNING" + call + ": the tool has not answered yet. Do not call it again; ask for the outcome with "
                        + status(outcome) + ".";
            case "denied" ->
                "DENIED" + call + ": "
                        + outcome.detail()
                                .orElse(reason + ". Nothing was executed."
                                        + outcome.hint()
                                                .map(hint -> " As for the arguments, " + hint + ".")
                                                .orElse(""))
                        + " Choose another way, or tell the user what is not allowed and why.";
            case "refused" ->
                "REFUSED" + call + ": a person was asked and refused it"
                        + outcome.refusal().map(said -> ": " + said).orElse("")
                        + ". Nothing was executed. Do not submit it again; tell the user.";
            case "expired" ->
                "EXPIRED" + call
                        + ": nobody approved it in time. Nothing was executed. Call the tool again to ask again.";
            case "withdrawn" -> "WITHDRAWN" + call + ": it was taken back while it waited. Nothing was executed.";
            case "failed" ->
                "TOOL_FAILED" + call + ": " + outcome.detail().orElse("the tool failed")
                        + outcome.result()
                                .map(result -> " The tool answered: "
                                        + quoted(McpResult.of(result)
                                                .map(McpResult::text)
                                                .orElseGet(() -> Json.text(result))))
                                .orElse("");
            case "unknown" ->
                "OUTCOME_UNKNOWN" + call + ": " + outcome.detail().orElse("nobody can tell whether the tool acted")
                        + " Do not call it again before you have looked whether it happened.";
            case "abandoned" ->
                "NOT_EXECUTED" + call + ": it was allowed and never sent. Call the tool again if it is still wanted.";
            default ->
                "NOT_EXECUTED" + call + ": " + outcome.detail().orElse("the gateway says '" + outcome.status() + "'");
        };
    }

    private static String waiting(Outcome outcome, String reason) {
        return "PENDING_APPROVAL" + outcome.callId().map(id -> " " + id).orElse("")
                + ": people have to approve this call ("
                + String.join(", ", outcome.asked()) + "); " + reason + ". Nothing was executed yet"
                + outcome.expiresAt()
                        .map(time -> ", and nothing will be unless they approve by " + time)
                        .orElse("")
                + "."
                + outcome.question()
                        .map(question -> " An approver asks: " + quoted(question) + "\nAnswer with "
                                + WritToolProvider.ANSWER_TOOL + " {\"callId\":\""
                                + outcome.callId().orElse("") + "\",\"answer\":\"...\"}.")
                        .orElse("")
                + " Once approved it runs by itself. Do not call the tool again and do not change the arguments: tell the user that it"
                + " waits, and ask for the outcome with " + status(outcome) + ".";
    }

    private static String status(Outcome outcome) {
        return WritToolProvider.STATUS_TOOL + " {\"callId\":\""
                + outcome.callId().orElse("") + "\"}";
    }

    /** What was refused before anything was decided. */
    private static String refused(Answer.Received received, Outcome outcome) {
        String detail = outcome.detail().orElse("");
        String problems =
                outcome.problems().size() > 1 ? " All of it: " + String.join("; ", outcome.problems()) + "." : "";
        return switch (received.status()) {
            case 400, 422 -> "INVALID_ARGUMENTS: " + or(detail, "the gateway cannot read the call.") + problems;
            case 401 ->
                "NOT_AUTHENTICATED: the gateway does not accept this agent's key. Nothing was executed. You cannot mend that; tell the"
                        + " user that the agent's operator has to.";
            case 403 ->
                "NOT_PERMITTED: " + or(detail, "this agent may not do that.") + " Nothing was executed. Tell the user.";
            case 404 -> "NOT_FOUND: " + or(detail, "there is no such tool.") + " Nothing was executed.";
            case 409 -> "CONFLICT: " + or(detail, "it contradicts an earlier call.");
            case 410 -> "GONE: " + or(detail, "the call was deleted when its time was over.");
            case 413 -> "TOO_LARGE: " + or(detail, "the arguments are too large.") + " Nothing was executed.";
            case 429 ->
                "TOO_MANY_REQUESTS: " + or(detail, "this agent asks too much at a time. Nothing was executed.")
                        + later(received);
            case 503 -> "GATEWAY_UNAVAILABLE: " + or(detail, "the gateway cannot decide now.") + later(received);
            default ->
                outcome.isProblem()
                        ? "GATEWAY_FAILED: " + or(detail, "the gateway failed.")
                                + " Look whether it happened before you call the tool again."
                        : "GATEWAY_FAILED: what answered with status " + received.status()
                                + " is not the gateway. Whether anything was executed is not known. Tell the user.";
        };
    }

    private static String later(Answer.Received received) {
        return received.retryAfter()
                .map(wait -> " Try again in " + Math.max(1, wait.toSeconds()) + " s, or tell the user.")
                .orElse(" Try again later, or tell the user.");
    }

    private static String or(String detail, String otherwise) {
        return detail.isEmpty() ? otherwise : detail;
    }

    private static String quoted(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "… (cut)";
    }

    private static ToolExecutionResult error(String text, Map<String, Object> attributes) {
        return ToolExecutionResult.builder()
                .isError(true)
                .resultText(text)
                .attributes(attributes)
                .build();
    }
}
