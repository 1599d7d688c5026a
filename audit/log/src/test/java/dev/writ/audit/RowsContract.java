package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.created;
import static dev.writ.audit.LogUnderTest.draft;
import static dev.writ.audit.LogUnderTest.together;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows are written with their entry or not at all. */
interface RowsContract extends LogUnderTest {

    @Test
    default void rowsCarryIndexAndLeafHashOfTheirEntry() {
        append(Entries.plain("A"));

        Recorded recorded = created(start(Entries.plain("B"), rowLabelled("one"), rowLabelled("two")))
                .recorded();

        assertThat(rows())
                .containsExactly(
                        new AppliedRow(1, recorded.leafHash(), "one"), new AppliedRow(1, recorded.leafHash(), "two"));
    }

    @Test
    default void rowsOfManyEntriesEachCarryTheirOwn() {
        List<Receipt<String>> receipts =
                together(100, i -> log().append(draft(Entries.plain("E" + i), rowLabelled("row " + i))));

        List<AppliedRow> expected = receipts.stream()
                .map(receipt -> created(receipt).recorded())
                .map(recorded -> new AppliedRow(
                        recorded.index(),
                        recorded.leafHash(),
                        recorded.entry().kind().replace("E", "row ")))
                .toList();
        assertThat(rows()).containsExactlyInAnyOrderElementsOf(expected);
    }
}
