package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PruningTest {

    private static long below(JsonObject body) {
        Entry entry = new Entry(Pruning.KIND, Instant.EPOCH, List.of(), Set.of(), Map.of(), body, "writ", List.of());
        return Pruning.below(100, entry);
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "100, 100",
        "101, 100",
        "9007199254740992, 100",
        "0, 0",
        "-1, 0",
        "1.5, 0",
        "1E+19, 0",
        "1E+30, 0"
    })
    void anEntryDeletesBelowItselfAtMostAndNothingByWhatIsNoIndex(BigDecimal said, long below) {
        assertThat(below(JsonObject.builder().put("below", new JsonNumber(said)).build()))
                .isEqualTo(below);
    }

    @Test
    void anEntryThatSaysNoIndexDeletesNothing() {
        assertThat(below(JsonObject.empty())).isZero();
        assertThat(below(JsonObject.builder().put("below", "7").build())).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "65535, 0",
        "65536, 65536",
        "200000, 196608",
        "1048575, 983040",
        "1048576, 1048576",
        "2097151, 1048576",
        "2097152, 2097152",
        "16777215, 15728640",
        "16777216, 16777216",
        "33554431, 16777216",
        "33554432, 33554432"
    })
    void entriesGoInWholePartitions(long asked, long boundary) {
        assertThat(Pruning.boundary(asked)).isEqualTo(boundary);
    }
}
