package dev.writ.gateway.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.LogTail;
import dev.writ.audit.Receipt;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RejectedInputsTest {

    private static final Rejection MALFORMED = new Rejection("agent-1", "malformed", "POST /v1/tool-calls");
    private static final Rejection STRANGER = new Rejection("anonymous", "unauthenticated", "GET /v1/keys");

    private final FlakyLog log = new FlakyLog();
    private final RejectedInputs rejected = with(100);
    private final List<Entry> entries = new ArrayList<>();

    RejectedInputsTest() {
        log.tail().subscribe(recorded -> entries.add(recorded.entry()));
    }

    @Test
    void recordsTheFirstOfAKindAtOnce() {
        rejected.add(MALFORMED);
        rejected.add(STRANGER);

        assertThat(entries)
                .extracting(RejectedInputsTest::text)
                .containsExactly(
                        "REJECTED_INPUT agent-1 malformed POST /v1/tool-calls 1",
                        "REJECTED_INPUT anonymous unauthenticated GET /v1/keys 1");
    }

    @Test
    void countsRepeatsAndRecordsThemAsOneEntry() {
        for (int i = 0; i < 500; i++) {
            rejected.add(MALFORMED);
        }
        assertThat(entries).hasSize(1);

        rejected.flush();

        assertThat(entries).extracting(RejectedInputsTest::count).containsExactly("1", "499");
    }

    @Test
    void recordsNothingWhenThereWasNoRepeat() {
        rejected.add(MALFORMED);
        rejected.flush();
        rejected.flush();

        assertThat(entries).hasSize(1);
    }

    @Test
    void foldsWhatItHasNoRoomToTellApart() {
        RejectedInputs small = with(2);
        small.add(MALFORMED);
        small.add(STRANGER);
        small.add(new Rejection("agent-2", "malformed", "POST /v1/tool-calls"));
        small.add(new Rejection("agent-3", "malformed", "POST /v1/tool-calls"));
        small.add(MALFORMED);
        small.flush();

        assertThat(entries)
                .extracting(RejectedInputsTest::text)
                .contains(
                        "REJECTED_INPUT other other other 1", "REJECTED_INPUT agent-1 malformed POST /v1/tool-calls 1")
                .noneMatch(text -> text.contains("agent-2") || text.contains("agent-3"));
    }

    @Test
    void losesNoCountWhileTheLogIsDown() {
        log.down = true;
        for (int i = 0; i < 10; i++) {
            rejected.add(MALFORMED);
        }
        rejected.flush();
        log.down = false;
        rejected.add(MALFORMED);
        rejected.flush();

        assertThat(entries).extracting(RejectedInputsTest::count).containsExactly("11");
    }

    private RejectedInputs with(int distinct) {
        return new RejectedInputs(Auditing.journal(log, InstantSource.system()), new RejectedInputsConfig() {
            @Override
            public Duration every() {
                return Duration.ofSeconds(10);
            }

            @Override
            public int distinct() {
                return distinct;
            }
        });
    }

    private static String text(Entry entry) {
        return String.join(
                " ",
                entry.kind(),
                entry.column(Column.AGENT).orElse("?"),
                entry.body().text("problem").orElse("?"),
                entry.body().text("where").orElse("?"),
                count(entry));
    }

    private static String count(Entry entry) {
        return entry.body().number("count").map(BigDecimal::toPlainString).orElse("?");
    }

    /** A log that can be switched off. */
    private static final class FlakyLog implements AuditLog {
        private final InMemoryAuditLog log = InMemoryAuditLog.create();
        private boolean down;

        @Override
        public <T> Uni<Receipt<T>> append(Draft<T> draft) {
            return down
                    ? Uni.createFrom()
                            .failure(new AuditUnavailableException(
                                    AuditUnavailableException.Reason.UNAVAILABLE, "switched off"))
                    : log.append(draft);
        }

        @Override
        public LogTail tail() {
            return log.tail();
        }
    }
}
