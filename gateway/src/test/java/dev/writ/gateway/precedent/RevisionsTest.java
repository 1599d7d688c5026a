package dev.writ.gateway.precedent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which changed calls are read to be compared. */
class RevisionsTest {

    private static Recorded entry(long index, String kind, String call) {
        JsonObject.Builder body = JsonObject.builder();
        if (kind.equals("APPROVAL_EDITED")) {
            body.put("viewMac", "v");
        }
        return new Recorded(
                index,
                Digest.of(new byte[0]),
                new Entry(
                        kind,
                        Instant.EPOCH,
                        List.of(),
                        Set.of(),
                        Map.of(Column.CALL, call),
                        body.build(),
                        "writ",
                        List.of()));
    }

    private static Recorded edited(long index, String call) {
        return entry(index, "APPROVAL_EDITED", call);
    }

    private static Recorded refused(long index, String call) {
        return entry(index, "APPROVAL_REFUSED", call);
    }

    private static List<Long> read(List<Recorded> later) {
        return Revisions.of(later).worthReading().stream().map(Recorded::index).toList();
    }

    @Test
    void ofEachCallTheNewestChange() {
        assertThat(read(List.of(edited(1, "a"), edited(2, "a")))).containsExactly(2L);
    }

    @Test
    void refusalsFirstAndThenTheNewest() {
        assertThat(read(List.of(
                        edited(1, "a"),
                        edited(2, "b"),
                        refused(3, "b"),
                        edited(4, "c"),
                        refused(5, "c"),
                        edited(6, "d"))))
                .containsExactly(4L, 2L, 6L, 1L);
    }

    @Test
    void noMoreThanAFewHoweverManyThereAre() {
        List<Recorded> later = new ArrayList<>(List.of(edited(1, "refused"), refused(2, "refused")));
        LongStream.range(10, 210).forEach(index -> later.add(edited(index, "call " + index)));

        Revisions revisions = Revisions.of(later);
        List<Recorded> read = revisions.worthReading();

        assertThat(read).hasSize(Revisions.MOST);
        assertThat(read.get(0).index()).isEqualTo(1);
        assertThat(read.get(1).index()).isEqualTo(209);
        assertThat(revisions.callsBut(read)).hasSize(201 - Revisions.MOST).doesNotContain("refused", "call 209");
    }
}
