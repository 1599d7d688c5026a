package dev.writ.gateway.governor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApproverFiguresTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private final List<Recorded> log = new ArrayList<>();

    private void answer(String kind, String by, Duration after, long... millis) {
        JsonObject.Builder body = JsonObject.builder().put(kind.equals(Pace.TOO_FAST) ? "approver" : "actor", by);
        for (long time : millis) {
            body.put("afterMillis", time);
        }
        log.add(new Recorded(
                log.size(),
                Digest.of(new byte[0]),
                new Entry(kind, NOON.plus(after), List.of(), Set.of(), Map.of(), body.build(), "writ", List.of())));
    }

    private ApproverFigures of(String name) {
        List<Recorded> newestFirst = new ArrayList<>(log);
        Collections.reverse(newestFirst);
        return ApproverFigures.of(newestFirst)
                .getOrDefault(name, new ApproverFigures(name, 0, 0, 0, Optional.empty(), Optional.empty(), 0, 0, 0, 0));
    }

    @Test
    void countsEachPersonsAnswersAndTimes() {
        for (int i = 1; i <= 10; i++) {
            answer(ApprovalKinds.GRANTED, "jd", Duration.ofMinutes(i), 1_000L * i);
        }
        answer(Pace.TOO_FAST, "jd", Duration.ofMinutes(10), 5);
        answer(ApprovalKinds.REFUSED, "mk", Duration.ofMinutes(11));

        assertThat(of("jd"))
                .isEqualTo(
                        new ApproverFigures("jd", 10, 0, 1, Optional.of(5_000L), Optional.of(9_000L), 10, 1, 10, 10));
        assertThat(of("mk"))
                .isEqualTo(new ApproverFigures("mk", 0, 1, 0, Optional.empty(), Optional.empty(), 0, 0, 0, 1));
    }

    @Test
    void aRefusalEndsAStreak() {
        for (String kind : List.of(
                ApprovalKinds.GRANTED,
                ApprovalKinds.GRANTED,
                ApprovalKinds.REFUSED,
                ApprovalKinds.GRANTED,
                ApprovalKinds.GRANTED,
                ApprovalKinds.GRANTED)) {
            answer(kind, "jd", Duration.ofMinutes(log.size()));
        }

        assertThat(of("jd").longestStreak()).isEqualTo(3);
        assertThat(of("jd").shareApproved()).isEqualTo(0.833);
    }

    @Test
    void thePeakIsOfAnySixtyMinutes() {
        for (int minutes : List.of(0, 50, 59, 60, 200)) {
            answer(ApprovalKinds.GRANTED, "jd", Duration.ofMinutes(minutes));
        }

        assertThat(of("jd").peakPerHour()).isEqualTo(3);
    }
}
