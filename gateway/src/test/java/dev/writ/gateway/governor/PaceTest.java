package dev.writ.gateway.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A view of 3,000 characters, which a fast reader reads in 100 seconds. */
class PaceTest implements InstantSource {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Instant now = Instant.parse("2026-01-02T12:00:00Z");
    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final Journal journal = Auditing.journal(log, this);
    private final Pace pace = pace(OptionalInt.of(3));
    private final Approver jd = approver("jd");
    private final Approver mk = approver("mk");

    @Override
    public Instant instant() {
        return now;
    }

    private Pace pace(OptionalInt after) {
        return new Pace(log.reader(), journal, new GovernorConfig() {
            @Override
            public int readingSpeed() {
                return 30;
            }

            @Override
            public OptionalInt pauseAfter() {
                return after;
            }

            @Override
            public Duration pause() {
                return Duration.ofMinutes(10);
            }

            @Override
            public int repeats() {
                return 5;
            }

            @Override
            public Duration window() {
                return Duration.ofDays(30);
            }

            @Override
            public Duration every() {
                return Duration.ofDays(1);
            }

            @Override
            public Duration lasting() {
                return Duration.ofDays(30);
            }
        });
    }

    private static Approver approver(String name) {
        return new Approver(
                new Principal(name, Optional.empty(), "", List.of(), Set.of(Role.APPROVER), "api-key"),
                Set.of("finance"),
                "p-" + name,
                Optional.empty());
    }

    private void write(String kind, String call, String actor, JsonObject body, List<Input> inputs) {
        Entry entry = new Entry(
                kind,
                journal.now(),
                List.of(),
                Set.of(),
                Map.of(Column.CALL, call, Column.AGENT, "bot"),
                body,
                "writ",
                inputs);
        journal.record(new Actor(actor, ""), entry, List.of()).await().indefinitely();
    }

    private static JsonObject view() {
        return JsonObject.builder().put("text", "x".repeat(2_996)).build();
    }

    private CallId call(Approver viewer) {
        CallId call = CallId.mint(now, RANDOM);
        write("DECIDED", call.toString(), "bot", JsonObject.empty(), List.of(new Input("view", view(), false)));
        write(ApprovalKinds.VIEWED, call.toString(), viewer.name(), JsonObject.empty(), List.of());
        return call;
    }

    private List<String> approve(Approver by, Duration reading) {
        CallId call = call(by);
        now = now.plus(reading);
        write(ApprovalKinds.GRANTED, call.toString(), by.name(), JsonObject.empty(), List.of());
        return pace.after(call, by).await().indefinitely();
    }

    private List<Recorded> notes() {
        return log.reader()
                .find(new EntryQuery(
                        Map.of(),
                        Set.of(Pace.TOO_FAST),
                        0,
                        Long.MAX_VALUE,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        100,
                        false))
                .await()
                .indefinitely();
    }

    @Test
    void whoeverIsFasterThanTheyCanReadIsToldAndItIsRecorded() {
        assertThat(approve(jd, Duration.ofSeconds(2)))
                .containsExactly("You approved 3000 characters 2.0 s after they were shown to you; a fast reader needs"
                        + " 100.0 s. It counts all the same. Read the next one, or refuse what you cannot judge.");
        assertThat(notes()).singleElement().satisfies(note -> {
            assertThat(note.entry().column(Column.AGENT)).contains("jd");
            assertThat(note.entry().body().text("actor")).contains("writ");
            assertThat(note.entry().body().number("neededMillis").orElseThrow()).isEqualByComparingTo("100000");
        });
    }

    @Test
    void whoeverTakesTheTimeIsToldNothing() {
        assertThat(approve(jd, Duration.ofSeconds(100))).isEmpty();
        assertThat(notes()).isEmpty();
    }

    @Test
    void whatTheGrantItselfSaysGoesFirst() {
        CallId call = call(jd);
        write(
                ApprovalKinds.GRANTED,
                call.toString(),
                "jd",
                JsonObject.builder().put("afterMillis", 200_000).build(),
                List.of());

        assertThat(pace.after(call, jd).await().indefinitely()).isEmpty();
    }

    @Test
    void ofWhoeverDidNotReadItHereNothingIsKnown() {
        CallId call = call(mk);
        write(ApprovalKinds.GRANTED, call.toString(), "jd", JsonObject.empty(), List.of());

        assertThat(pace.after(call, jd).await().indefinitely()).isEmpty();
    }

    @Test
    void threeInARowMakeAPauseForThatPersonAlone() {
        for (int i = 0; i < 3; i++) {
            pace.before(jd).await().indefinitely();
            approve(jd, Duration.ofSeconds(1));
            approve(mk, Duration.ofSeconds(200));
        }

        assertThatThrownBy(() -> pace.before(jd).await().indefinitely())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("refuse at any time");
        assertThatCode(() -> pace.before(mk).await().indefinitely()).doesNotThrowAnyException();
        assertThatCode(() -> pace(OptionalInt.empty()).before(jd).await().indefinitely())
                .as("nobody is made to wait unless it is configured")
                .doesNotThrowAnyException();
        now = now.plus(Duration.ofMinutes(10));
        assertThatCode(() -> pace.before(jd).await().indefinitely()).doesNotThrowAnyException();
    }

    @Test
    void anAnswerInBetweenThatWasNotTooFastEndsTheRow() {
        approve(jd, Duration.ofSeconds(1));
        approve(jd, Duration.ofSeconds(1));
        write(ApprovalKinds.REFUSED, CallId.mint(now, RANDOM).toString(), "jd", JsonObject.empty(), List.of());
        approve(jd, Duration.ofSeconds(1));

        assertThatCode(() -> pace.before(jd).await().indefinitely()).doesNotThrowAnyException();
    }

    @Test
    void countsWhatThereIsToRead() {
        assertThat(Pace.characters(JsonValue.parse("{\"to\":\"acme\",\"list\":[1,true,\"ab\"],\"in\":{\"x\":\"\"}}")))
                .isEqualTo(2 + 4 + 4 + 1 + 4 + 2 + 2 + 1);
    }
}
