package dev.writ.gateway.webhook;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The end of a call, or that another one did not follow it which had to, as it is reported: without arguments, result and reason, which whoever may see them asks the gateway for.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">CloudEvents, JSON</a>
 */
record EndedCall(String agent, String call, String status, Recorded recorded) {

    static final String MEDIA_TYPE = "application/cloudevents+json";

    private static final String TYPE = "dev.writ.tool-call.ended";
    private static final String MISSED_TYPE = "dev.writ.expectation.missed";
    private static final String MISSED = "EXPECTATION_MISSED";

    /** The call that this entry ends, if it ends one. */
    static Optional<EndedCall> of(Recorded recorded) {
        Entry entry = recorded.entry();
        return status(entry)
                .flatMap(status -> entry.column(Column.AGENT)
                        .flatMap(agent ->
                                entry.column(Column.CALL).map(call -> new EndedCall(agent, call, status, recorded))));
    }

    private static Optional<String> status(Entry entry) {
        return switch (entry.kind()) {
            case "EXECUTED", "ABANDONED" -> entry.body().text("outcome");
            case "DECIDED" ->
                entry.column(Column.VERDICT).filter("deny"::equals).map(deny -> "denied");
            case "APPROVAL_REFUSED" -> Optional.of("refused");
            case "APPROVAL_EXPIRED" -> Optional.of("expired");
            case "APPROVAL_WITHDRAWN" -> Optional.of("withdrawn");
            case MISSED -> Optional.of("expectation-missed");
            default -> Optional.empty();
        };
    }

    /** The event's id: one entry is one event. */
    String id(String origin) {
        return origin + "/" + recorded.index();
    }

    /** The same for every delivery of this event, and without the dots that separate what is signed. */
    String webhookId(String origin) {
        byte[] digest = Digest.of(id(origin).getBytes(StandardCharsets.UTF_8)).bytes();
        return "msg_" + HexFormat.of().formatHex(digest, 0, 16);
    }

    JsonObject event(String origin) {
        return JsonObject.builder()
                .put("specversion", "1.0")
                .put("id", id(origin))
                .put("source", origin)
                .put("type", recorded.entry().kind().equals(MISSED) ? MISSED_TYPE : TYPE)
                .put("subject", call)
                .put("time", recorded.entry().at().toString())
                .put("datacontenttype", "application/json")
                .put(
                        "data",
                        JsonObject.builder()
                                .put("callId", call)
                                .put("status", status)
                                .put("index", recorded.index())
                                .build())
                .build();
    }
}
