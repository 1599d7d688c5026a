package dev.writ.gateway.export;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Decisions, outcomes and approvals as OCSF API Activity with the profile Security Control.
 *
 * @see <a href="https://schema.ocsf.io/1.3.0/classes/api_activity">OCSF 1.3.0, class 6003</a>
 */
final class Ocsf implements EventFormat {

    private static final String VERSION = "1.3.0";
    private static final int CATEGORY = 6;
    private static final int CLASS = 6003;

    /** What was done to the call is none of the class's create, read, update and delete. */
    private static final int ACTIVITY = 99;

    private static final int SERVICE_ACCOUNT = 4;

    /** The words of OCSF for what an entry says. */
    private record Meaning(
            String activity,
            int actionId,
            String action,
            int dispositionId,
            String disposition,
            int statusId,
            int severityId) {

        private static final int ALLOWED = 1;
        private static final int DENIED = 2;
        private static final int OTHER = 99;
        private static final int UNKNOWN = 0;
        private static final int SUCCESS = 1;
        private static final int FAILURE = 2;
        private static final int INFORMATIONAL = 1;
        private static final int LOW = 2;
        private static final int MEDIUM = 3;
        private static final int HIGH = 4;

        static Optional<Meaning> of(Entry entry) {
            return switch (entry.kind()) {
                case "DECIDED" -> entry.column(Column.VERDICT).flatMap(Meaning::ofVerdict);
                case "EXECUTED", "ABANDONED" -> entry.body().text("outcome").map(Meaning::ofOutcome);
                case "APPROVAL_GRANTED", "APPROVAL_EDITED" ->
                    Optional.of(new Meaning("Approve", ALLOWED, "Allowed", 8, "Approved", SUCCESS, INFORMATIONAL));
                case "APPROVAL_BREAK_GLASS" ->
                    Optional.of(new Meaning("Break glass", ALLOWED, "Allowed", 1, "Allowed", SUCCESS, HIGH));
                case "APPROVAL_REFUSED" ->
                    Optional.of(new Meaning("Refuse", DENIED, "Denied", 25, "Rejected", SUCCESS, LOW));
                case "APPROVAL_EXPIRED" ->
                    Optional.of(new Meaning("Expire", DENIED, "Denied", 2, "Blocked", SUCCESS, LOW));
                case "APPROVAL_WITHDRAWN" ->
                    Optional.of(new Meaning("Withdraw", OTHER, "Withdrawn", 16, "No Action", SUCCESS, INFORMATIONAL));
                default -> Optional.empty();
            };
        }

        private static Optional<Meaning> ofVerdict(String verdict) {
            return switch (verdict) {
                case "allow" ->
                    Optional.of(new Meaning("Decide", ALLOWED, "Allowed", 1, "Allowed", SUCCESS, INFORMATIONAL));
                case "deny" -> Optional.of(new Meaning("Decide", DENIED, "Denied", 2, "Blocked", SUCCESS, MEDIUM));
                case "escalate" -> Optional.of(new Meaning("Decide", OTHER, "Escalated", 14, "Delayed", SUCCESS, LOW));
                default -> Optional.empty();
            };
        }

        private static Meaning ofOutcome(String outcome) {
            int status = switch (outcome) {
                case "succeeded" -> SUCCESS;
                case "failed", "abandoned" -> FAILURE;
                default -> UNKNOWN;
            };
            return new Meaning(
                    "Execute", ALLOWED, "Allowed", 1, "Allowed", status, status == SUCCESS ? INFORMATIONAL : LOW);
        }

        String status() {
            return statusId == SUCCESS ? "Success" : statusId == FAILURE ? "Failure" : "Unknown";
        }

        String severity() {
            return severityId == INFORMATIONAL
                    ? "Informational"
                    : severityId == LOW ? "Low" : severityId == MEDIUM ? "Medium" : "High";
        }
    }

    @Override
    public String extension() {
        return "ndjson";
    }

    @Override
    public String header() {
        return "";
    }

    @Override
    public Optional<String> line(Event event) {
        return Meaning.of(event.entry()).map(meaning -> toJson(event, meaning).toJson() + "\n");
    }

    private static JsonObject toJson(Event event, Meaning meaning) {
        Entry entry = event.entry();
        JsonObject.Builder unmapped = JsonObject.builder()
                .put("index", event.slot().index())
                .put("leafHash", event.slot().leafHash().value())
                .put("kind", entry.kind());
        entry.columns().forEach((column, value) -> unmapped.put(column.text(), value));
        return JsonObject.builder()
                .put("category_uid", CATEGORY)
                .put("category_name", "Application Activity")
                .put("class_uid", CLASS)
                .put("class_name", "API Activity")
                .put("activity_id", ACTIVITY)
                .put("activity_name", meaning.activity())
                .put("type_uid", CLASS * 100L + ACTIVITY)
                .put("time", entry.at().toEpochMilli())
                .put("severity_id", meaning.severityId())
                .put("severity", meaning.severity())
                .put("status_id", meaning.statusId())
                .put("status", meaning.status())
                .put("status_code", entry.body().text("outcome").or(() -> event.column(Column.VERDICT)))
                .put("status_detail", entry.body().text("reason"))
                .put("action_id", meaning.actionId())
                .put("action", meaning.action())
                .put("disposition_id", meaning.dispositionId())
                .put("disposition", meaning.disposition())
                .put("metadata", metadata(event))
                .put("actor", actor(event))
                .put("api", api(event))
                // Which network address a request came from is not in the log; the agent is.
                .put(
                        "src_endpoint",
                        JsonObject.builder().put("name", event.actor()).build())
                .put("unmapped", unmapped.build())
                .build();
    }

    private static JsonObject metadata(Event event) {
        return JsonObject.builder()
                .put("version", VERSION)
                .put("uid", event.id())
                .put("correlation_uid", event.column(Column.CALL))
                .put("event_code", event.entry().kind())
                .put("log_name", event.origin())
                .put("profiles", JsonArray.ofTexts(List.of("security_control")))
                .put(
                        "product",
                        JsonObject.builder()
                                .put("name", "Writ")
                                .put("vendor_name", "Writ")
                                .build())
                .build();
    }

    private static JsonObject actor(Event event) {
        JsonObject.Builder actor = JsonObject.builder()
                .put(
                        "user",
                        JsonObject.builder()
                                .put("name", event.actor())
                                .put("type_id", SERVICE_ACCOUNT)
                                .put("type", "Service")
                                .build());
        event.column(Column.SESSION)
                .ifPresent(session -> actor.put(
                        "session", JsonObject.builder().put("uid", session).build()));
        return actor.build();
    }

    private static JsonObject api(Event event) {
        String tool = event.column(Column.TOOL).orElse("-");
        int dot = tool.indexOf('.');
        JsonObject.Builder api = JsonObject.builder().put("operation", tool);
        if (dot > 0) {
            api.put(
                    "service",
                    JsonObject.builder().put("name", tool.substring(0, dot)).build());
        }
        event.column(Column.CALL)
                .ifPresent(call ->
                        api.put("request", JsonObject.builder().put("uid", call).build()));
        return api.build();
    }
}
