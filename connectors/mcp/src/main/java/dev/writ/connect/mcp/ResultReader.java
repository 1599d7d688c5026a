package dev.writ.connect.mcp;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.connect.net.Redaction;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Says what a server's answer means. The answer is passed on member for member, without what Writ authenticates itself with. */
final class ResultReader {

    private static final int LONGEST_MESSAGE = 2000;
    private static final long HEAVIEST_DATA = 64 * 1024;

    private final Redaction redaction;

    ResultReader(Redaction redaction) {
        this.redaction = redaction;
    }

    /** One that also takes that token out. */
    ResultReader without(String token) {
        return new ResultReader(redaction.and(Redaction.ofToken(token)));
    }

    String scrub(String text) {
        return redaction.scrub(text);
    }

    JsonValue scrub(JsonValue value) {
        return redaction.scrub(value);
    }

    /**
     * An answer that is no error.
     *
     * @param sent digest of the request
     * @param asking what of it may be asked of the caller; empty if results of this server ask nothing
     */
    ToolResult result(Operation operation, JsonObject result, Digest received, Digest sent, Optional<Relay> asking) {
        Traffic traffic = new Traffic(Optional.of(sent), Optional.of(received), Optional.empty());
        JsonValue value = redaction.scrub(result);
        String type = result.text("resultType").orElse("complete");
        if (type.equals("input_required")) {
            if (asking.filter(relay -> asksOnly(result, relay)).isEmpty()) {
                return new Failed(
                        "the tool asks the caller for what is not relayed, by its operator's word or by the rules of this call,"
                                + " so its answer was dropped",
                        Optional.empty(),
                        traffic);
            }
            return new Failed("the tool asks for input first", Optional.of(value), traffic);
        }
        if (!type.equals("complete")) {
            return new OutcomeUnknown(
                    "the tool answered, but in a way that Writ does not know; find out whether it was done before trying again",
                    traffic);
        }
        if (result.isTrue("isError")) {
            return new Failed("the tool says that it failed; its answer may say why", Optional.of(value), traffic);
        }
        return operation
                .resultSchema()
                .flatMap(schema -> result.get("structuredContent")
                        .map(schema::problem)
                        .orElseGet(() -> Optional.of("it has no structured content")))
                .<ToolResult>map(problem -> new Failed(
                        "the tool did something, but its result is not what it declares (" + problem
                                + "), so it was dropped; find out what was done before trying again",
                        Optional.empty(),
                        traffic))
                .orElseGet(() -> new Succeeded(value, traffic));
    }

    /** Whether each question in it is known, and may be asked. */
    private static boolean asksOnly(JsonObject result, Relay relay) {
        return result.get("inputRequests")
                .map(questions -> questions instanceof JsonObject each
                        && each.members().values().stream()
                                .allMatch(question -> question instanceof JsonObject asked
                                        && asked.text("method")
                                                .filter(relay::allowsAsking)
                                                .isPresent()))
                .orElse(true);
    }

    /** A JSON-RPC error: the tool was not carried out, or says so. */
    ToolResult failure(Message.Failure failure, Digest received, Digest sent) {
        Map<String, JsonValue> error = new LinkedHashMap<>();
        failure.error().get("code").ifPresent(code -> error.put("code", code));
        failure.error()
                .text("message")
                .ifPresent(text -> error.put("message", new JsonString(cut(redaction.scrub(text)))));
        failure.error()
                .get("data")
                .filter(data -> data.weight() <= HEAVIEST_DATA)
                .ifPresent(data -> error.put("data", redaction.scrub(data)));
        return new Failed(
                "the server refused the call with error " + failure.code() + "; its message may say what to change",
                Optional.of(redaction.scrub(new JsonObject(error))),
                new Traffic(Optional.of(sent), Optional.of(received), Optional.empty()));
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST_MESSAGE) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST_MESSAGE - 1)) ? LONGEST_MESSAGE - 1 : LONGEST_MESSAGE;
        return text.substring(0, end) + "...";
    }

    /** A status of HTTP instead of an answer. */
    static ToolResult refused(Ending.Refused refused, Digest sent) {
        Traffic traffic = new Traffic(Optional.of(sent), Optional.empty(), Optional.empty());
        int status = refused.status();
        // RFC 9110 15.6.3 and 15.6.5: these speak of a server behind the one that answers, which may have done it.
        if (status < 300 || status == 502 || status == 504 || status >= 600) {
            return new OutcomeUnknown(
                    "a server between Writ and the tool may have answered, with status " + status
                            + ", so nobody can tell whether it was done; find out before trying again",
                    traffic);
        }
        return new Failed(refused.reason(), Optional.empty(), traffic);
    }
}
