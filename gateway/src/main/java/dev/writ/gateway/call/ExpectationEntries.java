package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.Consequence;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Obligation;
import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The entries of expectations, written and read. Members may be added to them, and are never changed. */
final class ExpectationEntries {

    static final String MET = "EXPECTATION_MET";
    /** The kill switch reads it, too: with {@code freeze} it stops the agent from this very entry on. */
    static final String MISSED = "EXPECTATION_MISSED";

    static final String LIFTED = "EXPECTATION_LIFTED";

    static final Set<String> KINDS = Set.of(MET, MISSED);

    private static final String MEMBER = "expectations";

    private ExpectationEntries() {}

    /** The member of the entry that allows a call; empty if nothing has to follow it. */
    static Optional<JsonArray> opened(Decided decided) {
        List<JsonValue> opened = new ArrayList<>();
        for (Obligation.Expect expected : decided.decision().obligations().expected()) {
            JsonObject.Builder one = JsonObject.builder()
                    .put("tool", expected.tool().value())
                    .put("until", until(decided, expected).toString())
                    .put("otherwise", expected.otherwise().text());
            if (expected.otherwise() instanceof Consequence.Escalate escalate) {
                one.put("group", escalate.group());
            }
            opened.add(one.build());
        }
        return opened.isEmpty() ? Optional.empty() : Optional.of(new JsonArray(opened));
    }

    /** When somebody has to look whether it followed. */
    static Optional<Instant> firstDue(Decided decided) {
        return decided.decision().obligations().expected().stream()
                .map(expected -> until(decided, expected))
                .min(Instant::compareTo);
    }

    private static Instant until(Decided decided, Obligation.Expect expected) {
        return decided.facts().now().plus(expected.within());
    }

    static void put(JsonObject.Builder body, Decided decided) {
        opened(decided).ifPresent(opened -> body.put(MEMBER, opened));
    }

    /** What has to follow the call that this entry allows. */
    static List<Expectation> of(Recorded recorded) {
        Entry entry = recorded.entry();
        List<Expectation> expectations = new ArrayList<>();
        List<JsonValue> opened =
                entry.body().array(MEMBER).map(JsonArray::items).orElse(List.of());
        for (int i = 0; i < opened.size(); i++) {
            JsonObject one = (JsonObject) opened.get(i);
            expectations.add(new Expectation(
                    CallEntries.call(entry),
                    recorded.index(),
                    Identity.of(entry).orElseThrow(),
                    CallEntries.tool(entry),
                    i,
                    ToolName.parse(one.text("tool").orElseThrow()),
                    Instant.parse(one.text("until").orElseThrow()),
                    consequence(one)));
        }
        return expectations;
    }

    private static Consequence consequence(JsonObject json) {
        return switch (json.text("otherwise").orElseThrow()) {
            case "freeze" -> new Consequence.Freeze();
            case "escalate" -> new Consequence.Escalate(json.text("group").orElseThrow());
            default -> new Consequence.Alert();
        };
    }

    /** @param by the call that was expected */
    static Entry met(Expectation expectation, Recorded by, Instant at) {
        JsonObject body = body(expectation).put("by", by.index()).build();
        return entry(MET, expectation, Set.of(), body, at);
    }

    static Entry missed(Expectation expectation, Instant at) {
        Set<String> topics = new HashSet<>(Set.of(expectation.identity().topic()));
        JsonObject.Builder body = body(expectation);
        body.put("otherwise", expectation.otherwise().text());
        if (expectation.otherwise() instanceof Consequence.Freeze) {
            topics.add(Topics.KILL_SWITCH);
        } else if (expectation.otherwise() instanceof Consequence.Escalate escalate) {
            body.put("group", escalate.group());
        }
        return entry(MISSED, expectation, topics, body.build(), at);
    }

    /** The group that decides on the identity's calls from this entry on, if it is so. */
    static Optional<String> escalatesTo(Entry entry) {
        return entry.kind().equals(MISSED) ? entry.body().text("group") : Optional.empty();
    }

    /** Calls no longer wait because of this. People write about people, so the reason is kept where it can be erased. */
    static Entry lifted(Recorded missed, String reason, Instant at) {
        return new Entry(
                LIFTED,
                at,
                List.of("expectation-lifted/" + missed.index()),
                Set.of(identity(missed.entry()).topic()),
                Map.of(),
                JsonObject.builder().put("missed", missed.index()).build(),
                "writ",
                List.of(new Input("reason", new JsonString(reason), true)));
    }

    /** Index of the entry that this one takes back, if it does. */
    static Optional<Long> lifts(Entry entry) {
        return entry.kind().equals(LIFTED)
                ? entry.body().number("missed").map(BigDecimal::longValueExact)
                : Optional.empty();
    }

    /** Whose call it was, of an entry that says what became of an expectation. */
    static Identity identity(Entry entry) {
        return new Identity(
                entry.column(Column.AGENT).orElseThrow(),
                entry.column(Column.SUBJECT).orElseThrow());
    }

    private static JsonObject.Builder body(Expectation expectation) {
        return JsonObject.builder()
                .put("decided", expectation.decided())
                .put("tool", expectation.tool().value())
                .put("until", expectation.until().toString());
    }

    /** The key lets it end once. */
    private static Entry entry(String kind, Expectation expectation, Set<String> topics, JsonObject body, Instant at) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.AGENT, expectation.identity().agent());
        columns.put(Column.SUBJECT, expectation.identity().pseudonym());
        columns.put(Column.CALL, expectation.call().toString());
        columns.put(Column.TOOL, expectation.called().value());
        return new Entry(
                kind,
                at,
                List.of("expectation/" + expectation.call() + "/" + expectation.position()),
                topics,
                columns,
                body,
                expectation.identity().subjectKey(),
                List.of());
    }
}
