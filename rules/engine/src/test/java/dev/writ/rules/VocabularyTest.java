package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VocabularyTest {

    @Test
    void hasEveryFactAndEverythingThatCanBeReadOfIt() {
        assertThat(Vocabulary.words())
                .doesNotHaveDuplicates()
                .contains("when", "escalate", "redact")
                .containsAll(
                        Arrays.stream(FactType.values()).map(FactType::written).toList())
                .contains("risk", "extractedNumber", "agentModelAttested", "dayOfWeek");
    }
}
