package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.await;
import static dev.writ.audit.LogUnderTest.created;
import static dev.writ.audit.LogUnderTest.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What fails, fails alone. */
interface IsolationContract extends LogUnderTest {

    @Test
    default void settlementThatThrowsWritesNothingAndFailsItsCallerOnly() {
        Draft<String> failing = new Draft<>(Set.of(), 0, since -> {
            throw new UnsupportedOperationException("by the settlement");
        });

        assertThatOnlyTheMiddleOneFails(failing, UnsupportedOperationException.class);
    }

    @Test
    default void leafThatIsTooLargeFailsItsCallerOnly() {
        JsonObject body =
                JsonObject.builder().put("much", "x".repeat(Leaf.MAX_BYTES)).build();

        assertThatOnlyTheMiddleOneFails(
                Draft.independent(new Settled<>(Entries.ofBody(body), List.of(rowLabelled("lost")), "")),
                LeafTooLargeException.class);
    }

    @Test
    default void entryThatIsNotOneFailsItsCallerOnly() {
        assertThatOnlyTheMiddleOneFails(
                Draft.independent(new Settled<>(Entries.keyed("A", "nul \0 in a key"), "")),
                IllegalArgumentException.class);
    }

    private void assertThatOnlyTheMiddleOneFails(Draft<String> failing, Class<? extends Exception> how) {
        CompletableFuture<Receipt<String>> before = start(Entries.plain("BEFORE"));
        CompletableFuture<Receipt<String>> middle = start(failing);
        CompletableFuture<Receipt<String>> after = start(Entries.plain("AFTER"));

        assertThatThrownBy(() -> done(middle)).isInstanceOf(how);
        assertThat(List.of(
                        created(before).recorded().index(),
                        created(after).recorded().index()))
                .containsExactlyInAnyOrder(0L, 1L);
        assertThat(await(reader().checkpoint()).size()).isEqualTo(2);
        assertThat(rows()).isEmpty();
    }
}
