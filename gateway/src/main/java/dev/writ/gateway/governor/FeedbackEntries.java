package dev.writ.gateway.governor;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What people say of decisions afterwards, as entries have it. Members may be added, never changed. */
final class FeedbackEntries {

    static final String KIND = "DECISION_FEEDBACK";

    /** What there is to say, for whoever says something else. */
    static final String VERDICTS = "'verdict' is right, wrong or too-strict.";

    private static final String VERDICT = "verdict";
    private static final String REASON = "reason";

    private FeedbackEntries() {}

    /** What somebody thinks of a decision. Written with a hyphen. */
    enum Verdict {
        RIGHT,
        WRONG,
        /** It should have been allowed, or allowed without people. */
        TOO_STRICT;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Optional<Verdict> parse(String text) {
            return Stream.of(values())
                    .filter(verdict -> verdict.text().equals(text))
                    .findFirst();
        }
    }

    /**
     * @param decided the first decision of the call
     * @param reason why; erased with what was recorded of whom the call was for
     */
    static Entry of(Recorded decided, Verdict verdict, String reason, Instant at) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        for (Column column : List.of(Column.CALL, Column.AGENT, Column.SUBJECT, Column.TOOL, Column.RULE)) {
            decided.entry().column(column).ifPresent(value -> columns.put(column, value));
        }
        return new Entry(
                KIND,
                at,
                List.of(),
                Set.of(),
                columns,
                JsonObject.builder()
                        .put("decided", decided.index())
                        .put(VERDICT, verdict.text())
                        .build(),
                decided.entry().subjectKey(),
                List.of(new Input(REASON, new JsonString(reason), false)));
    }

    static Optional<Verdict> verdict(Recorded recorded) {
        return recorded.entry().body().text(VERDICT).flatMap(Verdict::parse);
    }

    static Optional<String> reason(Recorded recorded) {
        return recorded.entry()
                .input(REASON)
                .filter(JsonString.class::isInstance)
                .map(text -> ((JsonString) text).value());
    }

    /** Of each person and call the newest word, whatever else these entries are. */
    static Collection<Recorded> current(List<Recorded> entries) {
        Map<String, Recorded> newest = new HashMap<>();
        entries.stream()
                .filter(recorded -> recorded.entry().kind().equals(KIND))
                .forEach(recorded -> newest.merge(
                        recorded.entry().column(Column.CALL).orElse("") + " "
                                + recorded.entry().body().text("actor").orElse(""),
                        recorded,
                        (one, other) -> one.index() > other.index() ? one : other));
        return newest.values();
    }
}
