package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.await;
import static dev.writ.audit.LogUnderTest.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
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
    default void findsPagesNoLargerThanAsked() {
        for (int i = 0; i < 5; i++) {
            append(Entries.ofSubject("subject-7", facts("x".repeat(10_000))));
        }

        AuditReader.Page two = page(new QueryBuilder(), Set.of("facts"), 25_000);
        assertThat(two.entries()).extracting(Recorded::index).containsExactly(0L, 1L);
        assertThat(two.entries().get(0).entry().inputs()).hasSize(1);
        assertThat(two.isLast()).isFalse();

        AuditReader.Page one = page(new QueryBuilder().newestFirst().range(0, 3), Set.of("facts"), 10);
        assertThat(one.entries())
                .as("one at least, so that whoever reads on comes to an end")
                .extracting(Recorded::index)
                .containsExactly(2L);

        AuditReader.Page all = page(new QueryBuilder(), Set.of("others"), 25_000);
        assertThat(all.entries())
                .hasSize(5)
                .allMatch(found -> found.entry().inputs().isEmpty());
        assertThat(all.isLast()).isTrue();

        assertThat(page(new QueryBuilder().limit(3), Set.of(), 25_000).isLast()).isFalse();
    }

    private AuditReader.Page page(QueryBuilder query, Set<String> inputs, long bytes) {
        return await(reader().page(query.build(), inputs, bytes));
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

    @Test
    default void findsEverythingAboutOneCallWithItsInputs() {
        append(new Entry(
                "DECIDED",
                Entries.NOON,
                List.of(),
                Set.of(),
                Map.of(Column.CALL, "one"),
                JsonObject.empty(),
                "subject-7",
                List.of(facts("a"))));
        append(Entries.columned("DECIDED", Entries.NOON, Map.of(Column.CALL, "two")));
        append(Entries.columned("OTHER", Entries.NOON, Map.of(Column.CALL, "one")));

        List<Recorded> decided = await(reader().ofCall("one", Set.of("DECIDED")));

        assertThat(decided).extracting(Recorded::index).containsExactly(0L);
        assertThat(decided.get(0).entry().input("facts")).contains(new JsonString("a"));
        assertThat(await(reader().ofCall("one", Set.of())))
                .extracting(Recorded::index)
                .containsExactly(0L, 2L);
    }

    @Test
    default void aLeafHasTheHashOfItsEntryAndItsCommitments() {
        Recorded recorded = append(Entries.ofSubject("subject-7", facts("one"))).recorded();

        Leaf leaf = await(reader().leaf(0)).orElseThrow();

        assertThat(Digest.fromBytes(leaf.hash())).isEqualTo(recorded.leafHash());
        assertThat(leaf.commitments()).containsOnlyKeys("facts");
        assertThat(leaf.entry().inputs()).isEmpty();
        assertThat(await(reader().leaf(1))).isEmpty();
        assertThat(await(reader().at(1))).isEmpty();
    }

    @Test
    default void searchesForTextInWhateverCase() {
        append(Entries.ofBody(
                JsonObject.builder().put("reason", "Payments over 100%").build()));
        append(Entries.ofBody(
                JsonObject.builder().put("reason", "a \"quoted\" back\\slash").build()));
        append(Entries.ofBody(
                JsonObject.builder().put("reason", "Überweisung, größer").build()));
        append(Entries.ofBody(
                JsonObject.builder().put("reason", "payments over 1000").build()));

        assertThat(found("payments OVER")).containsExactly(3L, 0L);
        assertThat(found("100%")).containsExactly(0L);
        assertThat(found("r 100_")).isEmpty();
        assertThat(found("\"QUOTED\" back\\")).containsExactly(1L);
        assertThat(found("ÜBERWEISUNG, größer")).containsExactly(2L);
        assertThat(await(reader().search(
                                new QueryBuilder().newestFirst().range(1, 3).build(), "payments")))
                .isEmpty();
        assertThat(await(reader().search(
                                new QueryBuilder().newestFirst().limit(1).build(), "payments")))
                .extracting(Recorded::index)
                .containsExactly(3L);
    }

    private List<Long> found(String text) {
        return await(reader().search(new QueryBuilder().newestFirst().build(), text)).stream()
                .map(Recorded::index)
                .toList();
    }

    @Test
    default void countsByWhatEntriesHaveInCommon() {
        Instant noon = Entries.NOON;
        append(Entries.columned("DECIDED", noon, Map.of(Column.AGENT, "a", Column.VERDICT, "allow")));
        append(Entries.columned("DECIDED", noon.plusSeconds(3_600), Map.of(Column.AGENT, "a", Column.VERDICT, "deny")));
        append(Entries.columned("DECIDED", noon.plusSeconds(3_601), Map.of(Column.AGENT, "a", Column.VERDICT, "deny")));
        append(Entries.columned("EXECUTED", noon.plusSeconds(3_602), Map.of(Column.AGENT, "a")));
        append(Entries.columned("EXECUTED", noon.plusSeconds(3_602), Map.of(Column.AGENT, "b")));

        QueryBuilder ofA = new QueryBuilder().column(Column.AGENT, "a");
        assertThat(await(reader().count(ofA.build(), List.of(Grouping.VERDICT), 2)))
                .first()
                .isEqualTo(new Tally(Map.of(Grouping.VERDICT, "deny"), 2));
        assertThat(await(reader().count(ofA.build(), List.of(Grouping.VERDICT), 10)))
                .containsExactlyInAnyOrder(
                        new Tally(Map.of(Grouping.VERDICT, "deny"), 2),
                        new Tally(Map.of(Grouping.VERDICT, "allow"), 1),
                        new Tally(Map.of(), 1));
        assertThat(await(reader().count(ofA.build(), List.of(Grouping.HOUR, Grouping.KIND), 10)))
                .containsExactlyInAnyOrder(
                        new Tally(Map.of(Grouping.HOUR, "2026-01-02T13:00:00Z", Grouping.KIND, "DECIDED"), 2),
                        new Tally(Map.of(Grouping.HOUR, "2026-01-02T12:00:00Z", Grouping.KIND, "DECIDED"), 1),
                        new Tally(Map.of(Grouping.HOUR, "2026-01-02T13:00:00Z", Grouping.KIND, "EXECUTED"), 1));
        assertThat(await(reader().count(new QueryBuilder().build(), List.of(Grouping.DAY), 10)))
                .containsExactly(new Tally(Map.of(Grouping.DAY, "2026-01-02T00:00:00Z"), 5));
    }

    private List<Long> indicesOf(QueryBuilder query) {
        return await(reader().find(query.build())).stream().map(Recorded::index).toList();
    }
}
