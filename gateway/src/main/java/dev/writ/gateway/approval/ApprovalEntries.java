package dev.writ.gateway.approval;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.CallId;
import dev.writ.model.EnvelopeLimits;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Party;
import dev.writ.model.Requirement;
import dev.writ.model.ToolName;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The entries of an approval, written and read. Entries once written stay as they are: members may be added, never changed. */
final class ApprovalEntries {

    static final String GRANTED = "APPROVAL_GRANTED";
    static final String REFUSED = "APPROVAL_REFUSED";
    static final String EXPIRED = "APPROVAL_EXPIRED";
    static final String WITHDRAWN = "APPROVAL_WITHDRAWN";

    /** What the call's own package writes; with the member {@link Opening#MEMBER} it opens an approval. */
    private static final String DECIDED = "DECIDED";

    /** Every kind that tells something of an approval. */
    static final Set<String> KINDS = Set.of(DECIDED, GRANTED, REFUSED, EXPIRED, WITHDRAWN);

    private static final String VIEW = "view";
    private static final String REASON = "reason";

    private ApprovalEntries() {}

    /** The member of the opening entry's body. */
    static JsonObject opening(Escalation escalation, String viewMac) {
        return JsonObject.builder()
                .put("viewMac", viewMac)
                .put(
                        "asks",
                        new JsonArray(escalation.asks().stream()
                                .<JsonValue>map(ApprovalEntries::json)
                                .toList()))
                .build();
    }

    static Input view(Escalation escalation) {
        return new Input(VIEW, escalation.view(), false);
    }

    /** What this entry asks of people, if it opens an approval. */
    static Optional<Escalation> openedBy(Entry entry) {
        return Optional.of(entry)
                .filter(opening -> opening.kind().equals(DECIDED))
                .flatMap(opening -> opening.body().object(Opening.MEMBER))
                .map(opening -> new Escalation(
                        CallId.parse(entry.column(Column.CALL).orElseThrow()),
                        entry.column(Column.AGENT).orElseThrow(),
                        entry.column(Column.SUBJECT).orElseThrow(),
                        ToolName.parse(entry.column(Column.TOOL).orElseThrow()),
                        entry.body().text("argumentsMac").orElseThrow(),
                        entry.column(Column.SESSION).orElse(""),
                        objects(opening, "asks").map(ApprovalEntries::ask).toList(),
                        entry.input(VIEW).orElse(JsonObject.empty()) instanceof JsonObject view
                                ? view
                                : JsonObject.empty(),
                        entry.at(),
                        entry.body().isTrue("wait")));
    }

    /** The keyed digest of what approvers see, as the opening entry states it. */
    static String viewDigest(Entry opening) {
        return opening.body()
                .object(Opening.MEMBER)
                .flatMap(approval -> approval.text("viewMac"))
                .orElseThrow();
    }

    /** @param complete whether nothing more is needed, so that this ends the approval */
    static Entry granted(
            Approval approval,
            Approver by,
            Entitlement entitled,
            String reason,
            boolean confirmed,
            boolean complete,
            Instant at) {
        JsonObject body = JsonObject.builder()
                .put("assurance", by.principal().assurance())
                .put("person", by.person())
                .put(
                        "grants",
                        new JsonArray(entitled.asks().stream()
                                .<JsonValue>map(ask -> JsonObject.builder()
                                        .put("rule", ask.rule())
                                        .put("group", ask.requirement().group())
                                        .build())
                                .toList()))
                .put(
                        "stakes",
                        JsonArray.ofTexts(entitled.stakes().stream()
                                .map(Party::text)
                                .sorted()
                                .toList()))
                .put("view", approval.viewDigest())
                .put("confirmed", confirmed)
                .put("complete", complete)
                .build();
        String key = "grant/" + approval.call() + "/" + by.name();
        return entry(
                GRANTED,
                approval,
                complete ? List.of(key, endedKey(approval.call())) : List.of(key),
                body,
                Optional.of(reason),
                at);
    }

    static Entry refused(Approval approval, Approver by, String reason, Instant at) {
        JsonObject body = JsonObject.builder()
                .put("assurance", by.principal().assurance())
                .build();
        return entry(REFUSED, approval, List.of(endedKey(approval.call())), body, Optional.of(reason), at);
    }

    static Entry expired(Approval approval, Instant at) {
        return entry(EXPIRED, approval, List.of(endedKey(approval.call())), JsonObject.empty(), Optional.empty(), at);
    }

    static Entry withdrawn(Approval approval, Instant at) {
        return entry(WITHDRAWN, approval, List.of(endedKey(approval.call())), JsonObject.empty(), Optional.empty(), at);
    }

    /** What somebody granted by this entry; empty if it grants nothing. */
    static Optional<Given> givenBy(Recorded recorded, Escalation escalation) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(GRANTED)) {
            return Optional.empty();
        }
        JsonObject body = entry.body();
        List<Ask> asks = escalation.asks().stream()
                .filter(ask -> objects(body, "grants")
                        .anyMatch(grant -> grant.text("rule").equals(Optional.of(ask.rule()))
                                && grant.text("group")
                                        .equals(Optional.of(ask.requirement().group()))))
                .toList();
        return Optional.of(new Given(
                recorded.index(),
                body.text("actor").orElseThrow(),
                body.text("client").orElseThrow(),
                body.array("stakes").map(JsonArray::texts).orElse(List.of()).stream()
                        .map(Party::parse)
                        .collect(Collectors.toSet()),
                body.text("person"),
                asks,
                reason(entry),
                body.isTrue("confirmed"),
                entry.at()));
    }

    /** How this entry ends its approval; empty if it does not. There is one such entry, since there is one such key. */
    static Optional<Ending> endedBy(Recorded recorded) {
        Entry entry = recorded.entry();
        return state(entry.kind())
                .filter(state -> entry.column(Column.CALL)
                        .map(ApprovalEntries::endedKey)
                        .filter(entry.keys()::contains)
                        .isPresent())
                .map(state -> new Ending(
                        state, entry.body().text("actor").orElseThrow(), reason(entry), entry.at(), recorded.index()));
    }

    static RowChange inserted(Escalation escalation) {
        return new RowChange(
                "INSERT INTO writ.approval (entry_index, entry_hash, call, state, agent, subject, tool, arguments_mac, session,"
                        + " groups, opened_at, expires_at) VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8,"
                        + " $9::text[], $10::text::timestamptz, $11::text::timestamptz)",
                List.of(
                        escalation.call().toString(),
                        escalation.agent(),
                        escalation.subject(),
                        escalation.tool().value(),
                        escalation.argumentsMac(),
                        escalation.session(),
                        escalation.groups().stream().sorted().toArray(String[]::new),
                        escalation.openedAt().toString(),
                        escalation.expiresAt().toString()));
    }

    static RowChange ended(CallId call, Approval.State state) {
        return new RowChange(
                "UPDATE writ.approval SET entry_index = $1, entry_hash = $2, state = $4 WHERE call = $3",
                List.of(call.toString(), state.text()));
    }

    private static Entry entry(
            String kind, Approval approval, List<String> keys, JsonObject body, Optional<String> reason, Instant at) {
        Escalation escalation = approval.escalation();
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.CALL, escalation.call().toString());
        columns.put(Column.AGENT, escalation.agent());
        columns.put(Column.SUBJECT, escalation.subject());
        columns.put(Column.TOOL, escalation.tool().value());
        return new Entry(
                kind,
                at,
                keys,
                Set.of(Topics.approval(escalation.call())),
                columns,
                body,
                approval.subjectKey(),
                // People write about people.
                reason.map(text -> new Input(REASON, new JsonString(text), true)).stream()
                        .toList());
    }

    private static String endedKey(CallId call) {
        return endedKey(call.toString());
    }

    private static String endedKey(String call) {
        return "approval-ended/" + call;
    }

    private static Optional<Approval.State> state(String kind) {
        return switch (kind) {
            case GRANTED -> Optional.of(Approval.State.APPROVED);
            case REFUSED -> Optional.of(Approval.State.REFUSED);
            case EXPIRED -> Optional.of(Approval.State.EXPIRED);
            case WITHDRAWN -> Optional.of(Approval.State.WITHDRAWN);
            default -> Optional.empty();
        };
    }

    private static Optional<String> reason(Entry entry) {
        return entry.input(REASON).filter(JsonString.class::isInstance).map(text -> ((JsonString) text).value());
    }

    private static JsonObject json(Ask ask) {
        Requirement requirement = ask.requirement();
        JsonObject.Builder json = JsonObject.builder();
        requirement.envelope().ifPresent(limits -> json.put("envelope", limits.toJson()));
        return json.put("rule", ask.rule())
                .put("reason", ask.reason())
                .put("group", requirement.group())
                .put("approvals", requirement.approvals())
                .put("within", requirement.within().toString())
                .put(
                        "allowed",
                        JsonArray.ofTexts(
                                requirement.allowed().stream().map(Party::text).toList()))
                .put("expiresAt", ask.expiresAt().toString())
                .build();
    }

    private static Ask ask(JsonObject json) {
        return new Ask(
                json.text("rule").orElseThrow(),
                json.text("reason").orElseThrow(),
                new Requirement(
                        json.text("group").orElseThrow(),
                        json.number("approvals").orElseThrow().intValueExact(),
                        Duration.parse(json.text("within").orElseThrow()),
                        json.array("allowed").map(JsonArray::texts).orElse(List.of()).stream()
                                .map(Party::parse)
                                .collect(Collectors.toSet()),
                        json.object("envelope").map(EnvelopeLimits::fromJson)),
                Instant.parse(json.text("expiresAt").orElseThrow()));
    }

    private static Stream<JsonObject> objects(JsonObject body, String name) {
        return body.array(name).stream()
                .flatMap(array -> array.items().stream())
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast);
    }
}
