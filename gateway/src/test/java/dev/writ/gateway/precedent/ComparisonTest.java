package dev.writ.gateway.precedent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How alike two calls are. */
class ComparisonTest {

    private static Traits traits(String agent, long amount, String note) {
        return new Traits(
                agent,
                Optional.of("ann@example.com"),
                Set.of("all payments"),
                Set.of("amount JsonNumber", "note JsonString"),
                Map.of("amount", BigDecimal.valueOf(amount)),
                Map.of("note", Trigrams.of(note)));
    }

    private static double score(Traits one, Traits other) {
        return Likeness.of(one, other).score();
    }

    @Test
    void theSameCallIsAsAlikeAsCanBe() {
        assertThat(score(traits("bot", 100, "rent"), traits("bot", 100, "rent")))
                .isEqualTo(1, within(1e-9));
    }

    @Test
    void aCloserNumberIsMoreAlike() {
        Traits here = traits("bot", 100, "rent");

        assertThat(score(here, traits("bot", 110, "rent")))
                .isGreaterThan(score(here, traits("bot", 200, "rent")))
                .isLessThan(1);
        assertThat(score(here, traits("bot", 200, "rent"))).isGreaterThan(score(here, traits("bot", -100, "rent")));
    }

    @Test
    void aTextThatIsNearlyTheSameIsMoreAlike() {
        Traits here = traits("bot", 100, "rent for May");

        assertThat(score(here, traits("bot", 100, "rent for June")))
                .isGreaterThan(score(here, traits("bot", 100, "a yacht")));
    }

    @Test
    void aNumberThatOnlyOneHasIsNotAlike() {
        Traits here = traits("bot", 100, "rent");
        Traits without = new Traits("bot", here.person(), here.rules(), here.shape(), Map.of(), here.trigrams());

        assertThat(score(here, without)).isEqualTo(0.75, within(1e-9));
    }

    @Test
    void saysWhatIsTheSame() {
        Likeness likeness = Likeness.of(traits("bot", 1, "rent"), traits("other", 1, "rent"));

        assertThat(likeness.isSameAgent()).isFalse();
        assertThat(likeness.isSamePerson()).isTrue();
        assertThat(likeness.isSameRules()).isTrue();
    }

    /** What {@code show_trgm} and {@code similarity} of pg_trgm answer. */
    @Test
    void trigramsAreThoseOfPostgres() {
        assertThat(Trigrams.of("Cat")).containsExactlyInAnyOrder("  c", " ca", "cat", "at ");
        assertThat(Trigrams.overlap(Trigrams.of("word"), Trigrams.of("two words")))
                .isEqualTo(0.363636, within(1e-6));
    }
}
