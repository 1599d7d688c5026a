package dev.writ.gateway.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ask;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Party;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything the log says of one call, in the order of questions that are asked of it.
 *
 * @param subject pseudonym of the person it acts for; {@code -} if nobody
 * @param status as the agent is told it
 * @param whyNot absent if its newest decision allows it
 * @param decisions the newest last: it is the deciding one
 * @param approval absent if it never waited for people
 * @param outcome absent if it did not run
 * @param entries all about this call
 * @param proof of the deciding entry, as c2sp.org/tlog-proof
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Explanation(
        String call,
        String agent,
        String subject,
        Optional<String> session,
        String tool,
        String mode,
        String status,
        Optional<WhyNot> whyNot,
        List<Decision> decisions,
        Optional<Asked> approval,
        Optional<Ended> outcome,
        List<Step> entries,
        String proof) {

    private static final String VIEW = "view";
    private static final String REASON = "reason";

    /** Something that is kept beside the log; {@code value} is absent if it was erased. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Kept(Optional<JsonValue> value, boolean erased) {

        static Kept of(Entry entry, String name) {
            return new Kept(entry.input(name), entry.input(name).isEmpty());
        }
    }

    /**
     * What stands against the call.
     *
     * @param verdict that it came to, other than {@code allow}
     * @param rules that decided so; none if no rule spoke
     * @param reason of the first of them, or why there is none
     * @param unmet what was asked of people and not granted
     */
    public record WhyNot(String verdict, String reason, JsonArray rules, List<Requirement> unmet) {}

    /**
     * What a rule asked of people.
     *
     * @param then groups that are asked too as time passes
     * @param granted how many did
     */
    public record Requirement(
            String rule,
            String reason,
            String group,
            List<Next> then,
            int approvals,
            int granted,
            String within,
            List<String> allowed,
            Instant expiresAt) {

        static Requirement of(Approval approval, Ask ask) {
            return new Requirement(
                    ask.rule(),
                    ask.reason(),
                    ask.requirement().group(),
                    ask.requirement().ladder().stream()
                            .map(rung -> new Next(rung.group(), rung.after().toString()))
                            .toList(),
                    ask.requirement().approvals(),
                    approval.granted(ask),
                    ask.requirement().within().toString(),
                    ask.requirement().allowed().stream()
                            .map(Party::text)
                            .sorted()
                            .toList(),
                    ask.expiresAt());
        }

        boolean isUnmet() {
            return granted < approvals;
        }
    }

    /**
     * A group that is asked too.
     *
     * @param after how long after the call was submitted
     */
    public record Next(String group, String after) {}

    /**
     * A bundle that was asked.
     *
     * @param name absent, like the version, if this log does not hold its publication
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Bundle(String digest, Optional<String> name, Optional<String> version) {

        static Bundle of(String digest, Optional<Entry> publication) {
            return new Bundle(
                    digest,
                    publication.flatMap(entry -> entry.body().text("name")),
                    publication.flatMap(entry -> entry.body().text("version")));
        }
    }

    /**
     * One decision of the call: the first, or that after its approval.
     *
     * @param client id of the key it was asked with
     * @param definition digest of the tool's definition
     * @param verdicts every rule that spoke, with the earlier decisions it rests on
     * @param matched indices of all those decisions
     * @param bundle of the rule that decided first
     * @param bundles all whose rules were asked
     * @param grants indices of the approvals it rests on
     * @param envelopes that the call was inside of, and whether it rests on them; absent if it was inside of none
     * @param origins where each argument was seen before; absent if no rule asks
     * @param why each rule about the tool, condition by condition
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Decision(
            long index,
            Instant at,
            String verdict,
            Optional<String> rule,
            String reason,
            Kept facts,
            JsonArray verdicts,
            List<JsonValue> matched,
            Optional<Bundle> bundle,
            List<Bundle> bundles,
            String engine,
            String definition,
            String client,
            String assurance,
            List<String> roles,
            List<JsonValue> grants,
            Optional<JsonArray> envelopes,
            Optional<JsonArray> origins,
            Optional<Why> why) {

        static Decision of(Recorded recorded, Map<String, Bundle> bundles, Optional<Why> why) {
            Entry entry = recorded.entry();
            JsonObject body = entry.body();
            return new Decision(
                    recorded.index(),
                    entry.at(),
                    CallEntries.effect(entry).text(),
                    entry.column(Column.RULE),
                    body.text(REASON).orElse(""),
                    Kept.of(entry, CallEntries.FACTS),
                    body.array("verdicts").orElse(new JsonArray(List.of())),
                    spoken(entry)
                            .flatMap(verdict -> items(verdict, "matched"))
                            .distinct()
                            .toList(),
                    entry.column(Column.BUNDLE).map(bundles::get),
                    asked(entry).map(bundles::get).toList(),
                    body.text("engine").orElse(""),
                    body.text("definition").orElse(""),
                    body.text("client").orElse(""),
                    body.text("assurance").orElse(""),
                    body.array("roles").map(JsonArray::texts).orElse(List.of()),
                    items(body, "grants").toList(),
                    body.array("envelopes"),
                    body.array("origins"),
                    why);
        }
    }

    /**
     * What was asked of people, and what they said.
     *
     * @param view what they saw, the newest
     * @param viewMac keyed digest of it; grants name it
     */
    public record Asked(String state, List<Requirement> requirements, Kept view, String viewMac, List<Answer> answers) {

        static Asked of(Approval approval, List<Recorded> entries) {
            Entry shown = entries.stream()
                    .map(Recorded::entry)
                    .filter(entry -> entry.body().get("approval").isPresent()
                            || entry.body().get("viewMac").isPresent())
                    .reduce((earlier, later) -> later)
                    .orElseThrow();
            return new Asked(
                    approval.state().text(),
                    required(approval),
                    Kept.of(shown, VIEW),
                    approval.viewDigest(),
                    entries.stream()
                            .filter(recorded -> recorded.entry().kind().startsWith("APPROVAL_"))
                            .map(Answer::of)
                            .toList());
        }
    }

    /**
     * What somebody said to it.
     *
     * @param by whoever said so; {@code writ} if its time ran out
     * @param view that they say they saw, by its keyed digest; only if they granted it
     * @param reason absent if none was given
     * @param said what the agent was asked, or answered
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Answer(
            long index,
            String kind,
            Instant at,
            String by,
            Optional<String> client,
            Optional<String> assurance,
            Optional<JsonArray> grants,
            Optional<String> view,
            Optional<Boolean> confirmed,
            Optional<JsonValue> reason,
            Optional<JsonValue> said) {

        static Answer of(Recorded recorded) {
            Entry entry = recorded.entry();
            JsonObject body = entry.body();
            return new Answer(
                    recorded.index(),
                    entry.kind(),
                    entry.at(),
                    body.text("actor").orElse(""),
                    body.text("client"),
                    body.text("assurance"),
                    body.array("grants"),
                    body.text(VIEW),
                    body.get("confirmed").map(said -> body.isTrue("confirmed")),
                    entry.input(REASON),
                    entry.input("question").or(() -> entry.input("answer")));
        }
    }

    /**
     * What came of it.
     *
     * @param result what the tool answered, or why it did not
     * @param by whose word it is, {@code reporter} or {@code agent}; absent if the gateway carried the call out
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Ended(
            long index,
            Instant at,
            String outcome,
            Optional<String> sentMac,
            Optional<String> receivedMac,
            Kept result,
            Optional<JsonValue> extracts,
            Optional<String> by) {

        static Ended of(Recorded recorded) {
            Entry entry = recorded.entry();
            return new Ended(
                    recorded.index(),
                    entry.at(),
                    CallEntries.outcome(entry).text(),
                    entry.body().text("sentMac"),
                    entry.body().text("receivedMac"),
                    Kept.of(entry, CallEntries.RESULT),
                    entry.input(CallEntries.EXTRACTS),
                    Report.By.of(entry).map(Report.By::text));
        }
    }

    /** One entry, and where it is read and proved. */
    public record Step(long index, String kind, Instant at, String leafHash, String entry, String proof) {

        static Step of(Recorded recorded) {
            String path = "/v1/audit/entries/" + recorded.index();
            return new Step(
                    recorded.index(),
                    recorded.entry().kind(),
                    recorded.entry().at(),
                    recorded.leafHash().value(),
                    path,
                    path + "/proof");
        }
    }

    /**
     * @param entries of the call, by index, with their inputs
     * @param bundles by digest, all that these entries name
     * @param whys by the index of the decision
     */
    static Explanation of(List<Recorded> entries, Map<String, Bundle> bundles, Map<Long, Why> whys, String proof) {
        CallState state = CallState.of(entries);
        Entry deciding = state.decided().entry();
        Identity identity = Identity.of(deciding).orElseThrow();
        return new Explanation(
                state.call().toString(),
                identity.agent(),
                identity.pseudonym(),
                deciding.column(Column.SESSION),
                CallEntries.tool(deciding).value(),
                state.mode().text(),
                state.status(),
                state.effect() == Effect.ALLOW ? Optional.empty() : Optional.of(whyNot(state)),
                entries.stream()
                        .filter(recorded -> recorded.entry().kind().equals(CallEntries.DECIDED))
                        .map(recorded ->
                                Decision.of(recorded, bundles, Optional.ofNullable(whys.get(recorded.index()))))
                        .toList(),
                state.approval().map(approval -> Asked.of(approval, entries)),
                state.end().or(state::report).map(Ended::of),
                entries.stream().map(Step::of).toList(),
                proof);
    }

    private static WhyNot whyNot(CallState state) {
        String verdict = state.effect().text();
        return new WhyNot(
                verdict,
                state.reason(),
                new JsonArray(spoken(state.decided().entry())
                        .filter(one ->
                                one.text("effect").filter(verdict::equals).isPresent())
                        .<JsonValue>map(one -> one)
                        .toList()),
                state.approval()
                        .map(approval -> required(approval).stream()
                                .filter(Requirement::isUnmet)
                                .toList())
                        .orElse(List.of()));
    }

    private static List<Requirement> required(Approval approval) {
        return approval.escalation().asks().stream()
                .map(ask -> Requirement.of(approval, ask))
                .toList();
    }

    private static Stream<JsonObject> spoken(Entry entry) {
        return items(entry.body(), "verdicts")
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast);
    }

    private static Stream<JsonValue> items(JsonObject body, String name) {
        return body.array(name).stream().flatMap(array -> array.items().stream());
    }

    private static Stream<String> asked(Entry entry) {
        return RecordedFacts.bundles(entry).stream();
    }

    /** The bundles that these entries were decided by. */
    static Set<String> bundles(List<Recorded> entries) {
        return entries.stream()
                .map(Recorded::entry)
                .flatMap(entry -> Stream.concat(entry.column(Column.BUNDLE).stream(), asked(entry)))
                .collect(Collectors.toSet());
    }
}
