package dev.writ.gateway.approval;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The entries that close reviews, written and read. */
final class ReviewEntries {

    static final String CLOSED = "REVIEW_CLOSED";
    static final Set<String> KINDS = Set.of(ApprovalKinds.BROKEN, CLOSED);

    private static final String REVIEW = "review";

    private ReviewEntries() {}

    static Entry closed(Review review, boolean justified, String reason, Optional<String> person, Instant at) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.CALL, review.call().toString());
        columns.put(Column.AGENT, review.agent());
        columns.put(Column.SUBJECT, review.subject());
        columns.put(Column.TOOL, review.tool());
        return new Entry(
                CLOSED,
                at,
                List.of("review-closed/" + review.index()),
                Set.of(Topics.approval(review.call())),
                columns,
                JsonObject.builder()
                        .put(REVIEW, review.index())
                        .put("by", review.by())
                        .put("verdict", justified ? "justified" : "not-justified")
                        .put("person", person)
                        .build(),
                review.subjectKey(),
                // People write about people.
                List.of(new Input("reason", new JsonString(reason), true)));
    }

    /** The index of the entry that opened the review which this one closes; empty if it closes none. */
    static Optional<Long> closedBy(Recorded recorded) {
        return recorded.entry().kind().equals(CLOSED)
                ? recorded.entry().body().number(REVIEW).map(BigDecimal::longValueExact)
                : Optional.empty();
    }
}
