package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Opening;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.envelope.EnvelopeUses;
import dev.writ.model.AgentBuild;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Origin;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.Role;
import dev.writ.model.Source;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolName;
import dev.writ.rules.PolicyEngine;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The entries of a call, written and read. Their shape is described in docs/audit-format.md; entries once written stay as they
 * are, so members may be added here and never changed.
 */
final class CallEntries {

    static final String DECIDED = "DECIDED";
    static final String EXECUTED = "EXECUTED";
    static final String ABANDONED = "ABANDONED";
    /** Another client key for a call that waits. */
    static final String REPEATED = "REPEATED";
    /** What somebody says became of a call that the gateway did not carry out. */
    static final String REPORTED = "REPORTED";
    /** What a history is made of. */
    static final Set<String> KINDS = Set.of(DECIDED, EXECUTED, ABANDONED, REPORTED);

    static final String REHEARSED = "REHEARSED";
    static final String REHEARSAL_ENDED = "REHEARSAL_ENDED";
    /**
     * What rehearsals leave. Kinds of their own, so that whatever reads what was done (histories, origins, expectations, replays,
     * canaries, exports) reads over them without having to know of them.
     */
    static final Set<String> REHEARSALS = Set.of(REHEARSED, REHEARSAL_ENDED);

    /** Member of a body: in mode decide, what has to be approved waits for that. */
    private static final String WAIT = "wait";
    /** Member of the second decision of a call that others carry out: digest of the client key that it was asked for with. */
    private static final String USED_WITH = "usedWith";

    /** The arguments and everything else a decision was made from that is not in the body. */
    static final String FACTS = "facts";
    /** Member of the facts: the arguments as rules changed them. */
    private static final String SENT = "sent";
    /** What the tool answered, or why it did not: tools may say anything in either, so it can be erased. */
    static final String RESULT = "result";
    /** What later rules may know of it. */
    static final String EXTRACTS = "extracts";

    /** Longer results are not carried to every replica, and count as unseen. */
    private static final int LONGEST_WATCHED = 128 * 1024;

    private CallEntries() {}

    /** Held by its first decision. */
    static String decidedKey(CallId call) {
        return "decided/" + call + "/0";
    }

    /** Held by the decision that is made once it is approved; nothing is decided a third time. */
    static String decidedAgainKey(CallId call) {
        return "decided/" + call + "/1";
    }

    static String rehearsedKey(CallId call) {
        return "rehearsed/" + call;
    }

    private static String rehearsalEndedKey(CallId call) {
        return "rehearsal-ended/" + call;
    }

    static String executedKey(CallId call) {
        return "executed/" + call;
    }

    /** One word of each side about a call. */
    private static String reportedKey(CallId call, Report.By by) {
        return "reported/" + call + "/" + by.text();
    }

    /** Client keys are opaque and may hold anything, so the log knows their digest only. */
    static String clientKey(String agent, String key) {
        return "client/" + agent + "/" + digest(key);
    }

    /** Names of rehearsals are apart, so that what was rehearsed can be submitted as it was, key and all. */
    private static String rehearsalKey(String agent, String key) {
        return "client-rehearsal/" + agent + "/" + digest(key);
    }

    static String digest(String key) {
        return Digest.of(key.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Digest of the client key that a second decision was asked for with. */
    static Optional<String> usedWith(Entry entry) {
        return entry.body().text(USED_WITH);
    }

    /** @param opening present if the call is to wait for people */
    static Entry decided(Decided decided, Optional<Opening> opening) {
        ToolCall call = decided.facts().call();
        boolean isRehearsal = decided.mode() == Mode.REHEARSE;
        List<String> keys = new ArrayList<>();
        // A rehearsal changes no history, so whatever is being decided meanwhile need not be decided again for it.
        Set<String> topics = isRehearsal ? new HashSet<>() : topics(decided.identity(), call.tool());
        if (decided.round() instanceof Round.Approved) {
            keys.add(decidedAgainKey(call.id()));
        } else {
            keys.add(isRehearsal ? rehearsedKey(call.id()) : decidedKey(call.id()));
        }
        call.key()
                .map(key -> isRehearsal
                        ? rehearsalKey(decided.identity().agent(), key)
                        : clientKey(decided.identity().agent(), key))
                .ifPresent(keys::add);
        Map<Column, String> columns = columns(decided.identity(), call.id(), call.tool());
        columns.put(Column.VERDICT, decided.decision().effect().text());
        call.session().ifPresent(session -> columns.put(Column.SESSION, session));
        decided.decision().rule().ifPresent(rule -> columns.put(Column.RULE, rule));
        decided.asked().deciding().ifPresent(bundle -> columns.put(Column.BUNDLE, bundle));
        JsonObject.Builder body = JsonObject.builder()
                .put("mode", decided.mode().text())
                .put("client", decided.facts().principal().client())
                .put("assurance", decided.facts().principal().assurance())
                .put(
                        "roles",
                        JsonArray.ofTexts(decided.facts().principal().roles().stream()
                                .map(Role::text)
                                .toList()))
                .put("definition", decided.facts().tool().digest().value())
                .put("argumentsMac", decided.argumentsMac())
                .put("engine", PolicyEngine.VERSION)
                .put("reason", decided.decision().reason())
                .put("verdicts", VerdictJson.of(decided.decision().verdicts()));
        if (!decided.facts().principal().build().equals(AgentBuild.UNKNOWN)) {
            body.put("agentBuild", decided.facts().principal().build().toJson());
        }
        if (!decided.asked().all().equals(decided.asked().deciding().stream().toList())) {
            body.put("bundles", JsonArray.ofTexts(decided.asked().all()));
        }
        if (decided.mayRun()) {
            body.put("deadline", decided.deadline().toString());
            body.put(
                    "labels",
                    JsonArray.ofTexts(decided.labels().stream().sorted().toList()));
            ExpectationEntries.put(body, decided);
        }
        if (decided.mayBeRehearsed()) {
            body.put("deadline", decided.deadline().toString());
        }
        if (!decided.facts().origins().isEmpty()) {
            body.put("origins", origins(decided.facts().origins()));
        }
        if (decided.mode() == Mode.ASK) {
            body.put(WAIT, true);
        }
        if (decided.round() instanceof Round.Continued continued) {
            body.put("continues", continued.stopped().toString());
        }
        if (decided.round() instanceof Round.Approved approved) {
            body.put("waited", approved.waited());
            body.put(USED_WITH, approved.usedWith());
            CountedGrants.put(
                    body,
                    approved.grants(),
                    decided.facts().grants().stream()
                            .filter(grant -> grant.envelope().isEmpty())
                            .toList());
        }
        EnvelopeUses envelopes = EnvelopeUses.of(decided.facts(), decided.decision(), !isRehearsal);
        envelopes.put(body);
        keys.addAll(envelopes.keys());
        topics.addAll(envelopes.topics(decided.identity().agent()));
        List<Input> inputs = new ArrayList<>();
        opening.ifPresent(opened -> {
            topics.add(Topics.approval(call.id()));
            body.put("approval", opened.body());
            inputs.add(opened.view());
        });
        JsonObject.Builder facts = JsonObject.builder()
                .put("arguments", call.arguments())
                .put("onBehalfOf", decided.facts().principal().onBehalfOf())
                .put("actorChain", JsonArray.ofTexts(decided.facts().principal().actorChain()))
                .put("purpose", call.purpose());
        if (!decided.sent().equals(call.arguments())) {
            facts.put(SENT, decided.sent());
        }
        inputs.add(0, new Input(FACTS, facts.build(), true));
        return new Entry(
                isRehearsal ? REHEARSED : DECIDED,
                decided.facts().now(),
                keys,
                topics,
                columns,
                body.build(),
                decided.identity().subjectKey(),
                inputs);
    }

    /** The entry that makes another client key name a call that waits already. */
    static Entry repeated(Attempt attempt, String key, CallId waiting) {
        JsonObject.Builder body = JsonObject.builder()
                .put("mode", attempt.mode().text())
                .put("client", attempt.principal().client())
                .put("argumentsMac", attempt.argumentsMac());
        if (attempt.mode() == Mode.ASK) {
            body.put(WAIT, true);
        }
        return new Entry(
                REPEATED,
                attempt.at(),
                List.of(clientKey(attempt.identity().agent(), key)),
                Set.of(),
                columns(attempt.identity(), waiting, attempt.call().tool()),
                body.build(),
                attempt.identity().subjectKey(),
                List.of());
    }

    /**
     * The entry that ends a call.
     *
     * @param mac keyed digest for what crossed the wire
     */
    static Entry executed(Allowed allowed, Executed executed, Instant at, UnaryOperator<String> mac) {
        JsonObject.Builder body = JsonObject.builder()
                .put("decided", allowed.index())
                .put("outcome", executed.outcome().text())
                .put("sentMac", executed.traffic().sent().map(Digest::value).map(mac))
                .put(
                        "receivedMac",
                        executed.traffic().received().map(Digest::value).map(mac));
        List<Input> inputs = inputs(executed);
        executed.watched().ifPresent(provenance -> body.put("provenance", provenance.toJson()));
        if (allowed.mode() == Mode.REHEARSE) {
            return new Entry(
                    REHEARSAL_ENDED,
                    at,
                    List.of(rehearsalEndedKey(allowed.call())),
                    Set.of(),
                    columns(allowed.identity(), allowed.call(), allowed.tool()),
                    body.build(),
                    allowed.identity().subjectKey(),
                    inputs);
        }
        return new Entry(
                executed.outcome() == Outcome.ABANDONED ? ABANDONED : EXECUTED,
                at,
                List.of(executedKey(allowed.call())),
                topics(allowed.identity(), allowed.tool()),
                columns(allowed.identity(), allowed.call(), allowed.tool()),
                body.build(),
                allowed.identity().subjectKey(),
                inputs);
    }

    private static List<Input> inputs(Executed executed) {
        List<Input> inputs = new ArrayList<>();
        if (!executed.extracts().members().isEmpty()) {
            inputs.add(new Input(EXTRACTS, executed.extracts(), true));
        }
        JsonObject.Builder result = JsonObject.builder()
                .put("reason", executed.reason())
                .put("upstreamId", executed.traffic().upstreamId());
        executed.result().ifPresent(value -> result.put("value", value));
        JsonObject answered = result.build();
        boolean isWatched = executed.watched().isPresent() && answered.toBytes().length <= LONGEST_WATCHED;
        inputs.add(new Input(RESULT, answered, isWatched));
        return inputs;
    }

    /** The entry that says what became of a call that the gateway did not carry out. */
    static Entry reported(Recorded decided, Report report, Instant at) {
        Identity identity = Identity.of(decided.entry()).orElseThrow();
        CallId call = call(decided.entry());
        ToolName tool = tool(decided.entry());
        JsonObject.Builder body = JsonObject.builder()
                .put("decided", decided.index())
                .put("outcome", report.said().outcome().text())
                .put("by", report.by().text());
        report.said().watched().ifPresent(provenance -> body.put("provenance", provenance.toJson()));
        return new Entry(
                REPORTED,
                at,
                List.of(reportedKey(call, report.by())),
                topics(identity, tool),
                columns(identity, call, tool),
                body.build(),
                identity.subjectKey(),
                inputs(report.said()));
    }

    /** Of every history that the call belongs to: whatever is decided by it meanwhile is decided again. */
    private static Set<String> topics(Identity identity, ToolName tool) {
        return Whose.all(identity, tool).stream().map(Whose::topic).collect(Collectors.toCollection(HashSet::new));
    }

    private static Map<Column, String> columns(Identity identity, CallId call, ToolName tool) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.AGENT, identity.agent());
        columns.put(Column.SUBJECT, identity.pseudonym());
        columns.put(Column.CALL, call.toString());
        columns.put(Column.TOOL, tool.value());
        return columns;
    }

    /** Where the arguments were seen before, if it was asked. */
    static List<Origin> origins(Entry entry) {
        return entry.body().array("origins").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .map(origin -> new Origin(
                        origin.text("argument").orElseThrow(),
                        Source.valueOf(origin.text("source").orElseThrow().toUpperCase(Locale.ROOT)),
                        origin.isTrue("tainted"),
                        origin.array("seenAt").map(JsonArray::items).orElse(List.of()).stream()
                                .map(index -> ((JsonNumber) index).value().longValueExact())
                                .toList()))
                .toList();
    }

    static JsonArray origins(List<Origin> origins) {
        return new JsonArray(origins.stream()
                .<JsonValue>map(origin -> JsonObject.builder()
                        .put("argument", origin.argument())
                        .put("source", origin.source().text())
                        .put("tainted", origin.tainted())
                        .put(
                                "seenAt",
                                new JsonArray(origin.seenAt().stream()
                                        .<JsonValue>map(JsonNumber::of)
                                        .toList()))
                        .build())
                .toList());
    }

    /** The call as later rules see it; empty unless this is a {@code DECIDED} entry. */
    static Optional<Past> past(Recorded recorded) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(DECIDED)) {
            return Optional.empty();
        }
        Effect verdict = effect(entry);
        boolean runs = verdict == Effect.ALLOW && mode(entry) == Mode.EXECUTE;
        return Optional.of(new Past(
                recorded.index(),
                call(entry),
                tool(entry),
                // Erased arguments are undefined to every rule, and a rule that needs them denies.
                input(entry, FACTS).flatMap(CallEntries::sent).orElse(JsonObject.empty()),
                entry.at(),
                verdict,
                runs ? Outcome.PENDING : Outcome.NONE,
                JsonObject.empty(),
                Set.copyOf(entry.body().array("labels").map(JsonArray::texts).orElse(List.of())),
                entry.column(Column.SESSION)));
    }

    /** The arguments as they go to the tool, or would. */
    static Optional<JsonObject> sent(JsonObject facts) {
        return facts.object(SENT).or(() -> facts.object("arguments"));
    }

    /** Whether it decides a call, or the rehearsal of one. */
    static boolean isDecision(Entry entry) {
        return entry.kind().equals(DECIDED) || entry.kind().equals(REHEARSED);
    }

    /** What the gateway has to know of an allowed call until it ends; empty unless this entry starts one. */
    static Optional<Allowed> allowed(Recorded recorded) {
        Entry entry = recorded.entry();
        return isDecision(entry)
                ? entry.body()
                        .text("deadline")
                        .map(deadline -> new Allowed(
                                call(entry),
                                recorded.index(),
                                Identity.named(entry).orElseThrow(),
                                tool(entry),
                                Instant.parse(deadline),
                                waited(entry).isPresent(),
                                mode(entry)))
                : Optional.empty();
    }

    /** Index of the entry that made the call wait, if this entry decides it for the second time. */
    static Optional<Long> waited(Entry entry) {
        return entry.body().number("waited").map(BigDecimal::longValueExact);
    }

    static CallId call(Entry entry) {
        return CallId.parse(entry.column(Column.CALL).orElseThrow());
    }

    static ToolName tool(Entry entry) {
        return ToolName.parse(entry.column(Column.TOOL).orElseThrow());
    }

    static Effect effect(Entry entry) {
        return Effect.valueOf(entry.column(Column.VERDICT).orElseThrow().toUpperCase(Locale.ROOT));
    }

    static Mode mode(Entry entry) {
        Mode mode = Mode.valueOf(entry.body().text("mode").orElseThrow().toUpperCase(Locale.ROOT));
        return entry.body().isTrue(WAIT) ? Mode.ASK : mode;
    }

    static Outcome outcome(Entry entry) {
        return Outcome.valueOf(entry.body().text("outcome").orElseThrow().toUpperCase(Locale.ROOT));
    }

    /** Whether it says what became of an allowed call. */
    static boolean isEnd(Entry entry) {
        return entry.kind().equals(EXECUTED)
                || entry.kind().equals(ABANDONED)
                || entry.kind().equals(REHEARSAL_ENDED);
    }

    /** Index of the decision that an ending entry belongs to. */
    static long decidedIndex(Entry entry) {
        return entry.body().number("decided").orElseThrow().longValueExact();
    }

    static Optional<JsonObject> input(Entry entry, String name) {
        return entry.input(name).filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
    }
}
