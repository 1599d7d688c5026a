package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PseudonymsTest {

    private final Pseudonyms pseudonyms = Pseudonyms.of(new byte[32]);

    @Test
    void sameSubjectHasTheSamePseudonym() {
        assertThat(pseudonyms.of("zo\u00eb@example.com"))
                .isEqualTo(Pseudonyms.of(new byte[32]).of("zo\u00eb@example.com"));
    }

    /** Entries of one person must be found together for ever. */
    @Test
    void pseudonymsNeverChange() {
        assertThat(pseudonyms.of("alice")).isEqualTo("BZOtmaNpz9ucrDI-QZlppg");
    }

    @Test
    void otherSubjectOrOtherKeyHasAnother() {
        byte[] key = new byte[32];
        key[0] = 1;

        assertThat(pseudonyms.of("alice"))
                .isNotEqualTo(pseudonyms.of("bob"))
                .isNotEqualTo(Pseudonyms.of(key).of("alice"))
                .matches("[A-Za-z0-9_-]{22}");
    }

    @Test
    void keyHas32Bytes() {
        assertThatThrownBy(() -> Pseudonyms.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThat(pseudonyms).hasToString("Pseudonyms");
    }
}
