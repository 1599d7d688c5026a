package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Settled;
import dev.writ.gateway.console.DayTally.Counted;
import dev.writ.gateway.console.DayTally.Day;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DayTallyTest {

    private static final Instant START = Instant.parse("2026-03-01T10:20:00Z");

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private Instant now = START;
    private final DayTally tally = new DayTally(log.reader(), () -> now, 2);

    private void decided(String verdict, String agent, String rule) {
        entry("DECIDED", Map.of(Column.VERDICT, verdict, Column.AGENT, agent, Column.RULE, rule));
    }

    private void entry(String kind, Map<Column, String> columns) {
        Entry entry = new Entry(
                kind, now, List.of(), Set.of(), columns, JsonObject.builder().build(), "writ", List.of());
        log.append(Draft.independent(new Settled<>(entry, List.of(), kind)))
                .await()
                .indefinitely();
    }

    private Day day() {
        return tally.day().await().indefinitely();
    }

    private static Instant hour(int hour) {
        return Instant.parse("2026-03-01T00:00:00Z").plus(Duration.ofHours(hour));
    }

    @Test
    void hasEveryHourOfTheDayWhereNothingHappened() {
        assertThat(day().hours())
                .hasSize(DayTally.HOURS)
                .containsKeys(hour(-13), hour(10))
                .allSatisfy((hour, counted) -> assertThat(counted).isEqualTo(Counted.NONE));
    }

    @Test
    void countsWhatWasThereInParts() {
        for (int i = 0; i < 5; i++) {
            decided("allow", "ann", "small");
        }
        decided("deny", "ben", "large");
        entry("COMPLETED", Map.of(Column.AGENT, "ann"));

        Day day = day();

        assertThat(day.hours()).containsEntry(hour(10), new Counted(5, 1, 0));
        assertThat(day.agents())
                .containsOnly(Map.entry("ann", new Counted(5, 0, 0)), Map.entry("ben", new Counted(0, 1, 0)));
        assertThat(day.denials()).containsOnly(Map.entry("large", 1L));
        assertThat(day.size()).isEqualTo(7);
    }

    @Test
    void countsWhatCameSinceOnce() {
        decided("allow", "ann", "small");
        day();
        now = START.plus(Duration.ofHours(1));
        decided("escalate", "ann", "large");
        decided("deny", "ann", "large");
        decided("deny", "ann", "large");
        day();

        assertThat(day().hours())
                .containsEntry(hour(10), new Counted(1, 0, 0))
                .containsEntry(hour(11), new Counted(0, 2, 1));
    }

    @Test
    void forgetsWhatIsOlderThanADay() {
        decided("deny", "ann", "large");
        day();
        now = START.plus(Duration.ofHours(24));
        decided("allow", "ben", "small");

        Day day = day();

        assertThat(day.hours()).hasSize(DayTally.HOURS).doesNotContainKey(hour(10));
        assertThat(day.agents()).containsOnlyKeys("ben");
        assertThat(day.denials()).isEmpty();
    }

    @Test
    void doesNotCountWhatIsOlderWhenItStarts() {
        for (int i = 0; i < 9; i++) {
            decided("deny", "ann", "large");
        }
        now = START.plus(Duration.ofHours(30));
        for (int i = 0; i < 3; i++) {
            decided("allow", "ann", "small");
        }

        assertThat(day().agents()).containsOnly(Map.entry("ann", new Counted(3, 0, 0)));
        assertThat(day().agents()).containsOnly(Map.entry("ann", new Counted(3, 0, 0)));
    }

    @Test
    void countsOnWhereItFailed() {
        for (int i = 0; i < 6; i++) {
            decided("allow", "ann", "small");
        }
        DayTally flaky = new DayTally(failingOnce(2), () -> now, 2);

        assertThatThrownBy(() -> flaky.day().await().indefinitely()).hasMessage("not now");

        assertThat(flaky.day().await().indefinitely().agents()).containsOnly(Map.entry("ann", new Counted(6, 0, 0)));
    }

    /** @param count the one that fails, from 1 */
    private AuditReader failingOnce(int count) {
        AtomicInteger counts = new AtomicInteger();
        return (AuditReader) Proxy.newProxyInstance(
                AuditReader.class.getClassLoader(),
                new Class<?>[] {AuditReader.class},
                (proxy, method, arguments) -> method.getName().equals("count") && counts.incrementAndGet() == count
                        ? Uni.createFrom().failure(new IllegalStateException("not now"))
                        : method.invoke(log.reader(), arguments));
    }
}
