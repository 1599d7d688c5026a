package dev.writ.gateway.governor;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.ApprovalKinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one person answers.
 *
 * @param approver the principal
 * @param approvals calls that they approved
 * @param refusals calls that they refused
 * @param shareApproved of their answers, from 0 to 1
 * @param medianMillis from their view of a call to their answer; absent if they viewed none through Writ
 * @param p90Millis nine of ten answers took at most so long
 * @param timed answers of which that time is known
 * @param tooFast approvals that were given faster than what is approved can be read
 * @param longestStreak approvals in a row without a refusal
 * @param peakPerHour most answers within sixty minutes
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ApproverFigures(
        String approver,
        long approvals,
        long refusals,
        double shareApproved,
        Optional<Long> medianMillis,
        Optional<Long> p90Millis,
        long timed,
        long tooFast,
        long longestStreak,
        long peakPerHour) {

    private static final Duration HOUR = Duration.ofHours(1);

    /**
     * The figures of everybody who answered, by name.
     *
     * @param newestFirst answers and notes of answers that were too fast, of one time
     */
    static SortedMap<String, ApproverFigures> of(List<Recorded> newestFirst) {
        SortedMap<String, Sum> sums = new TreeMap<>();
        newestFirst.stream().sorted(Comparator.comparingLong(Recorded::index)).forEach(recorded -> {
            String kind = recorded.entry().kind();
            String member = kind.equals(Pace.TOO_FAST) ? "approver" : "actor";
            recorded.entry()
                    .body()
                    .text(member)
                    .ifPresent(name ->
                            sums.computeIfAbsent(name, first -> new Sum()).add(recorded));
        });
        SortedMap<String, ApproverFigures> figures = new TreeMap<>();
        sums.forEach((name, sum) -> figures.put(name, sum.of(name)));
        return figures;
    }

    /** Added up in the order of the log. */
    private static final class Sum {
        private final List<Long> millis = new ArrayList<>();
        private final Deque<Instant> lastHour = new ArrayDeque<>();
        private long approvals;
        private long refusals;
        private long tooFast;
        private long streak;
        private long longestStreak;
        private long peak;

        void add(Recorded recorded) {
            if (recorded.entry().kind().equals(Pace.TOO_FAST)) {
                tooFast++;
                return;
            }
            if (recorded.entry().kind().equals(ApprovalKinds.GRANTED)) {
                approvals++;
                longestStreak = Math.max(longestStreak, ++streak);
            } else {
                refusals++;
                streak = 0;
            }
            recorded.entry().body().number("afterMillis").ifPresent(time -> millis.add(time.longValue()));
            Instant at = recorded.entry().at();
            lastHour.addLast(at);
            while (!lastHour.getFirst().isAfter(at.minus(HOUR))) {
                lastHour.removeFirst();
            }
            peak = Math.max(peak, lastHour.size());
        }

        ApproverFigures of(String name) {
            long answers = approvals + refusals;
            return new ApproverFigures(
                    name,
                    approvals,
                    refusals,
                    answers == 0 ? 0 : Math.round(1_000.0 * approvals / answers) / 1_000.0,
                    percentile(50),
                    percentile(90),
                    millis.size(),
                    tooFast,
                    longestStreak,
                    peak);
        }

        /** The nearest rank: the smallest time that so many percent do not exceed. */
        private Optional<Long> percentile(int percent) {
            long rank = (millis.size() * (long) percent + 99) / 100;
            return millis.stream().sorted().skip(Math.max(0, rank - 1)).findFirst();
        }
    }
}
