package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.await;
import static dev.writ.audit.LogUnderTest.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Entries are found by what they say. */
interface FindingContract extends LogUnderTest {

    @Test
    default void findsByColumnKindIndexAndTime() {
        Instant noon = Entries.NOON;
        append(Entries.columned("DECIDED", noon, Map.of(Column.AGENT, "a", Column.TOOL, "pay")));
        append(Entries.columned("EXECUTED", noon.plusSeconds(1), Map.of(Column.AGENT, "a")));
        append(Entries.columned("DECIDED", noon.plusSeconds(2), Map.of(Column.AGENT, "b", Column.TOOL, "pay")));
        append(Entries.columned("DECIDED", noon.plusSeconds(3), Map.of(Column.AGENT, "a", Column.TOOL, "pay")));

        assertThat(indicesOf(new QueryBuilder())).containsExactly(0L, 1L, 2L, 3L);
        assertThat(indicesOf(new QueryBuilder().column(Column.AGENT, "a"))).containsExactly(0L, 1L, 3L);
        assertThat(indicesOf(new QueryBuilder().column(Column.AGENT, "a").column(Column.TOOL, "pay")))
                .containsExactly(0L, 3L);
        assertThat(indicesOf(new QueryBuilder().column(Column.AGENT, "nobody"))).isEmpty();
        assertThat(indicesOf(new QueryBuilder().kinds("EXECUTED"))).containsExactly(1L);
        assertThat(indicesOf(new QueryBuilder().kinds("EXECUTED", "DECIDED"))).containsExactly(0L, 1L, 2L, 3L);
        assertThat(indicesOf(new QueryBuilder().range(1, 3))).containsExactly(1L, 2L);
        assertThat(indicesOf(new QueryBuilder().since(noon.plusSeconds(2)))).containsExactly(2L, 3L);
        assertThat(indicesOf(new QueryBuilder().until(noon.plusSeconds(2)))).containsExactly(0L, 1L);
    }

    @Test
    default void findsFromEitherEndUpToTheLimit() {
        for (int i = 0; i < 5; i++) {
            append(Entries.plain("E" + i));
        }

        assertThat(indicesOf(new QueryBuilder().limit(2))).containsExactly(0L, 1L);
        assertThat(indicesOf(new QueryBuilder().limit(2).newestFirst())).containsExactly(4L, 3L);
        assertThat(indicesOf(new QueryBuilder().limit(2).newestFirst().range(0, 3)))
                .containsExactly(2L, 1L);
    }

    @Test
    default void findsEntriesAsTheyWereWrittenWithInputsOnRequestOnly() {
        Recorded recorded = append(Entries.ofSubject("subject-7", facts("one"))).recorded();

        Recorded without = await(reader().find(new QueryBuilder().build())).get(0);
        Recorded with =
                await(reader().find(new QueryBuilder().withInputs().build())).get(0);

        assertThat(without.leafHash()).isEqualTo(recorded.leafHash());
        assertThat(without.entry().inputs()).isEmpty();
        assertThat(with.entry().input("facts")).contains(new JsonString("one"));
        assertThat(with.entry().at()).isEqualTo(recorded.entry().at());
    }

    @Test
    default void findsEverythingAboutSeveralCalls() {
        append(Entries.columned("DECIDED", Entries.NOON, Map.of(Column.CALL, "one")));
        append(Entries.columned("DECIDED", Entries.NOON, Map.of(Column.CALL, "two")));
        append(Entries.columned("DECIDED", Entries.NOON, Map.of(Column.CALL, "three")));
        append(Entries.columned("EXECUTED", Entries.NOON, Map.of(Column.CALL, "one")));
        append(Entries.columned("OTHER", Entries.NOON, Map.of(Column.CALL, "one")));

        List<Recorded> found = await(reader().ofCalls(Set.of("one", "three", "four"), Set.of("DECIDED", "EXECUTED")));

        assertThat(found).extracting(Recorded::index).containsExactly(0L, 2L, 3L);
    }

    private List<Long> indicesOf(QueryBuilder query) {
        return await(reader().find(query.build())).stream().map(Recorded::index).toList();
    }
}
