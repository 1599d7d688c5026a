package dev.writ.gateway.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FoldingTest {

    @Test
    void sendsOneByOneWhatThereIsRoomFor() {
        assertThat(Folding.of(List.of(1, 2, 3), 3)).containsExactly(List.of(1), List.of(2), List.of(3));
    }

    @Test
    void foldsTheRestIntoTheLast() {
        assertThat(Folding.of(List.of(1, 2, 3, 4), 3)).containsExactly(List.of(1), List.of(2), List.of(3, 4));
    }

    @Test
    void foldsEverythingIntoTheOnlyOne() {
        assertThat(Folding.of(List.of(1, 2), 1)).containsExactly(List.of(1, 2));
    }

    @Test
    void sendsNothingWithoutRoom() {
        assertThat(Folding.of(List.of(1), 0)).isEmpty();
        assertThat(Folding.of(List.of(1), -2)).isEmpty();
    }
}
