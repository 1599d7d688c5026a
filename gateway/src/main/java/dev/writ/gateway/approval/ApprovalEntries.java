package dev.writ.gateway.approval;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.SignedStatement;
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
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The entries of an approval, written and read. Entries once written stay as they are: members may be added, never changed. */
final class ApprovalEntries {

    private static final String VIEW = "view";
    static final String REASON = "reason";
    private static final String ASKS = "asks";
    private static final String SEEN = "viewed";
    private static final String AFTER_MILLIS = "afterMillis";

    private ApprovalEntries() {}

    /** The member of the opening entry's body. */
    static JsonObject opening(Escalation escalation, String viewMac) {
        return JsonObject.builder()
                .put("viewMac", viewMac)
                .put(ASKS, asks(escalation.asks()))
                .build();
    }

    static JsonArray asks(List<Ask> asks) {
        return new JsonArray(asks.stream().<JsonValue>map(ApprovalEntries::json).toList());
    }

    static List<Ask> asks(JsonObject body) {
        return objects(body, ASKS).map(ApprovalEntries::ask).toList();
    }

    /** As approvers are shown it, in place of what they were shown of it before. */
    static JsonObject shown(Ask ask, List<JsonValue> before) {
        JsonObject.Builder shown = JsonObject.builder();
        before.stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(one -> one.text("rule").equals(Optional.of(ask.rule()))
                        && one.text("group")
                                .equals(Optional.of(ask.requirement().group())))
                .forEach(one -> one.members().forEach(shown::put));
        ask.since()
                .filter(since -> !ask.requirement().ladder().isEmpty())
                .ifPresent(since -> shown.put(
                        "then",
                        new JsonArray(ask.requirement().ladder().stream()
                                .<JsonValue>map(rung -> JsonObject.builder()
                                        .put("group", rung.group())
                                        .put("from", since.plus(rung.after()).toString())
                                        .build())
                                .toList())));
        return shown.put("rule", ask.rule())
                .put(REASON, ask.reason())
                .put("group", ask.requirement().group())
                .put("approvals", ask.requirement().approvals())
                .put("expiresAt", ask.expiresAt().toString())
                .build();
    }

    static Input view(Escalation escalation) {
        return new Input(VIEW, escalation.view(), false);
    }

    /** What this entry asks of people, if it opens an approval. */
    static Optional<Escalation> openedBy(Entry entry) {
        return Optional.of(entry)
                .filter(opening -> opening.kind().equals(ApprovalKinds.DECIDED))
                .flatMap(opening -> opening.body().object(Opening.MEMBER))
                .map(opening -> new Escalation(
                        CallId.parse(entry.column(Column.CALL).orElseThrow()),
                        entry.column(Column.AGENT).orElseThrow(),
                        entry.column(Column.SUBJECT).orElseThrow(),
                        ToolName.parse(entry.column(Column.TOOL).orElseThrow()),
                        entry.body().text("argumentsMac").orElseThrow(),
                        entry.column(Column.SESSION).orElse(""),
                        asks(opening),
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
            Optional<SignedStatement> signed,
            Instant at) {
        JsonObject.Builder body = grantedBody(approval, by, entitled, confirmed, complete, at);
        signed.ifPresent(statement -> body.put(SignedStatement.MEMBER, statement.toJson()));
        // Who approved what has been changed since may approve what it is now.
        String key =
                "grant/" + approval.call() + "/" + by.name() + (approval.edits() == 0 ? "" : "/" + approval.edits());
        return entry(
                ApprovalKinds.GRANTED,
                approval,
                complete ? List.of(key, endedKey(approval.call())) : List.of(key),
                body.build(),
                Optional.of(reason),
                at);
    }

    static JsonObject.Builder grantedBody(
            Approval approval, Approver by, Entitlement entitled, boolean confirmed, boolean complete, Instant at) {
        return looked(approval, by, at)
                .put("assurance", by.principal().assurance())
                .put("person", by.person())
                .put("grants", VoiceJson.of(entitled.voices()))
                .put("stakes", VoiceJson.stakes(entitled.stakes()))
                .put("view", approval.viewDigest())
                .put("confirmed", confirmed)
                .put("complete", complete);
    }

    static Entry refused(Approval approval, Approver by, Entitlement entitled, String reason, Instant at) {
        JsonObject.Builder body =
                looked(approval, by, at).put("assurance", by.principal().assurance());
        if (!entitled.lenders().isEmpty()) {
            body.put("for", JsonArray.ofTexts(entitled.lenders()));
        }
        return entry(
                ApprovalKinds.REFUSED,
                approval,
                List.of(endedKey(approval.call())),
                body.build(),
                Optional.of(reason),
                at);
    }

    /** Somebody looked at what is to be approved. There is one such entry of each person and view. */
    static Entry viewed(Approval approval, Approver by, Instant at) {
        JsonObject body = JsonObject.builder()
                .put("assurance", by.principal().assurance())
                .put(VIEW, approval.viewDigest())
                .build();
        return entry(
                ApprovalKinds.VIEWED,
                approval,
                List.of("view/" + approval.call() + "/" + by.name() + "/" + approval.viewDigest()),
                body,
                Optional.empty(),
                at);
    }

    static Optional<Viewed> viewedBy(Recorded recorded) {
        Entry entry = recorded.entry();
        return entry.kind().equals(ApprovalKinds.VIEWED)
                ? Optional.of(new Viewed(
                        entry.body().text("actor").orElseThrow(),
                        entry.body().text(VIEW).orElseThrow(),
                        recorded.index(),
                        entry.at()))
                : Optional.empty();
    }

    /** How long they looked at it before they answered, if they looked at it through Writ. */
    private static JsonObject.Builder looked(Approval approval, Approver by, Instant at) {
        JsonObject.Builder body = JsonObject.builder();
        approval.viewedBy(by.name())
                .ifPresent(viewed -> body.put(SEEN, viewed.index())
                        .put(
                                AFTER_MILLIS,
                                Math.max(0, Duration.between(viewed.at(), at).toMillis())));
        return body;
    }

    static Entry expired(Approval approval, Instant at) {
        return entry(
                ApprovalKinds.EXPIRED,
                approval,
                List.of(endedKey(approval.call())),
                JsonObject.empty(),
                Optional.empty(),
                at);
    }

    static Entry withdrawn(Approval approval, Instant at) {
        return entry(
                ApprovalKinds.WITHDRAWN,
                approval,
                List.of(endedKey(approval.call())),
                JsonObject.empty(),
                Optional.empty(),
                at);
    }

    /** What somebody granted by this entry; empty if it grants nothing. */
    static Optional<Given> givenBy(Recorded recorded, Escalation escalation) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(ApprovalKinds.GRANTED) && !entry.kind().equals(ApprovalKinds.EDITED)) {
            return Optional.empty();
        }
        JsonObject body = entry.body();
        List<Voice> voices = VoiceJson.read(body, escalation);
        if (voices.isEmpty() && entry.kind().equals(ApprovalKinds.EDITED)) {
            // All that is asked has to be signed, and a change is not.
            return Optional.empty();
        }
        return Optional.of(new Given(
                recorded.index(),
                body.text("actor").orElseThrow(),
                body.text("client").orElseThrow(),
                body.text("person"),
                voices,
                reason(entry),
                body.isTrue("confirmed"),
                body.number(SEEN).map(BigDecimal::longValueExact),
                body.number(AFTER_MILLIS).map(millis -> Duration.ofMillis(millis.longValueExact())),
                body.number(BreakGlassEntries.BROKE).map(BigDecimal::longValueExact),
                SignedStatement.passkey(entry),
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

    static Entry entry(
            String kind, Approval approval, List<String> keys, JsonObject body, Optional<String> reason, Instant at) {
        return entry(
                kind,
                approval,
                keys,
                body,
                // People write about people.
                reason.map(text -> new Input(REASON, new JsonString(text), true)).stream()
                        .toList(),
                at);
    }

    static Entry entry(
            String kind, Approval approval, List<String> keys, JsonObject body, List<Input> inputs, Instant at) {
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
                SignedGrant.topics(escalation.call(), body),
                columns,
                body,
                approval.subjectKey(),
                inputs);
    }

    static String endedKey(CallId call) {
        return endedKey(call.toString());
    }

    private static String endedKey(String call) {
        return "approval-ended/" + call;
    }

    private static Optional<Approval.State> state(String kind) {
        return switch (kind) {
            case ApprovalKinds.GRANTED, ApprovalKinds.EDITED -> Optional.of(Approval.State.APPROVED);
            case ApprovalKinds.REFUSED -> Optional.of(Approval.State.REFUSED);
            case ApprovalKinds.EXPIRED -> Optional.of(Approval.State.EXPIRED);
            case ApprovalKinds.WITHDRAWN -> Optional.of(Approval.State.WITHDRAWN);
            default -> Optional.empty();
        };
    }

    static Optional<String> reason(Entry entry) {
        return entry.input(REASON).filter(JsonString.class::isInstance).map(text -> ((JsonString) text).value());
    }

    private static JsonObject json(Ask ask) {
        Requirement requirement = ask.requirement();
        JsonObject.Builder json = JsonObject.builder();
        requirement.envelope().ifPresent(limits -> json.put("envelope", limits.toJson()));
        json.put("rule", ask.rule())
                .put("reason", ask.reason())
                .put("group", requirement.group())
                .put("approvals", requirement.approvals())
                .put("within", requirement.within().toString())
                .put(
                        "allowed",
                        JsonArray.ofTexts(
                                requirement.allowed().stream().map(Party::text).toList()))
                .put("expiresAt", ask.expiresAt().toString())
                .put("bundle", ask.bundle())
                .put("since", ask.since().map(Instant::toString));
        if (!requirement.ladder().isEmpty()) {
            json.put("then", LadderEntries.json(requirement.ladder()));
        }
        if (requirement.signed()) {
            json.put("signed", true);
        }
        return json.build();
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
                        LadderEntries.read(json),
                        json.isTrue("signed"),
                        json.object("envelope").map(EnvelopeLimits::fromJson)),
                Instant.parse(json.text("expiresAt").orElseThrow()),
                json.text("bundle"),
                json.text("since").map(Instant::parse));
    }

    static Stream<JsonObject> objects(JsonObject body, String name) {
        return body.array(name).stream()
                .flatMap(array -> array.items().stream())
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast);
    }
}
