package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Said;
import dev.writ.model.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was said and called in one session, in the order of the log. Rehearsals are not among it.
 *
 * @param agent whose session it is
 * @param subject pseudonym of the person it is for; {@code -} if for nobody
 * @param isAll whether there is nothing after the last of these
 */
public record SessionTimeline(
        String session, String agent, String subject, List<Words> words, List<Call> calls, boolean isAll) {

    public SessionTimeline {
        words = List.copyOf(words);
        calls = List.copyOf(calls);
    }

    /**
     * The task, or a later turn.
     *
     * @param isTask whether the session was opened with it
     * @param text empty if it was erased
     */
    public record Words(long index, Instant at, boolean isTask, Optional<String> text) {

        @Override
        public String toString() {
            return "Words[" + index + "]";
        }
    }

    /**
     * One call.
     *
     * @param verdict of its newest decision
     * @param outcome absent if it did not run
     * @param origins of its arguments, as its newest decision that tells them does; none if no rule asked
     * @param entries all about it, by index
     */
    public record Call(
            String id,
            Instant at,
            String tool,
            String verdict,
            Optional<String> rule,
            String reason,
            Optional<String> outcome,
            List<Origin> origins,
            List<Step> entries) {

        /** Index of its first entry. */
        public long index() {
            return entries.get(0).index();
        }

        public Call {
            origins = List.copyOf(origins);
            entries = List.copyOf(entries);
        }

        static Call of(String id, List<Recorded> entries) {
            List<Recorded> decisions = entries.stream()
                    .filter(recorded -> recorded.entry().kind().equals(CallEntries.DECIDED))
                    .toList();
            Recorded newest = decisions.get(decisions.size() - 1);
            return new Call(
                    id,
                    decisions.get(0).entry().at(),
                    CallEntries.tool(newest.entry()).value(),
                    CallEntries.effect(newest.entry()).text(),
                    newest.entry().column(Column.RULE),
                    newest.entry().body().text("reason").orElse(""),
                    entries.stream()
                            .filter(recorded -> CallEntries.isEnd(recorded.entry())
                                    || recorded.entry().kind().equals(CallEntries.REPORTED))
                            .reduce((earlier, later) -> later)
                            .map(ended -> CallEntries.outcome(ended.entry()).text()),
                    decisions.stream()
                            .map(decided -> CallEntries.origins(decided.entry()))
                            .filter(origins -> !origins.isEmpty())
                            .reduce((earlier, later) -> later)
                            .orElse(List.of()),
                    entries.stream()
                            .map(recorded ->
                                    new Step(recorded.index(), recorded.entry().kind()))
                            .toList());
        }
    }

    /** One entry about a call. */
    public record Step(long index, String kind) {

        /** Whether it holds what the call was to be done with. */
        public boolean isDecision() {
            return kind.equals(CallEntries.DECIDED);
        }
    }

    /**
     * @param found entries of the session, by index: what was said, and decisions
     * @param ofCalls every entry about the calls of these decisions, by index
     */
    static SessionTimeline of(String session, List<Recorded> found, List<Recorded> ofCalls, boolean isAll) {
        Map<String, List<Recorded>> calls = new LinkedHashMap<>();
        calls(found).forEach(call -> calls.put(call, new ArrayList<>()));
        ofCalls.forEach(recorded ->
                recorded.entry().column(Column.CALL).map(calls::get).ifPresent(entries -> entries.add(recorded)));
        return new SessionTimeline(
                session,
                found.get(0).entry().column(Column.AGENT).orElse(""),
                found.get(0).entry().column(Column.SUBJECT).orElse(Identity.NOBODY),
                found.stream()
                        .flatMap(recorded -> Said.in(recorded.entry()).stream()
                                .map(said -> new Words(
                                        recorded.index(),
                                        recorded.entry().at(),
                                        Said.opens(recorded.entry()),
                                        said.text())))
                        .toList(),
                calls.entrySet().stream()
                        .map(call -> Call.of(call.getKey(), call.getValue()))
                        .toList(),
                isAll);
    }

    /** Of each decision its call. */
    static Stream<String> calls(List<Recorded> found) {
        return found.stream()
                .filter(recorded -> recorded.entry().kind().equals(CallEntries.DECIDED))
                .flatMap(recorded -> recorded.entry().column(Column.CALL).stream())
                .distinct();
    }
}
