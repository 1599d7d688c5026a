package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.gateway.catalog.Deviation.Kind;
import dev.writ.gateway.catalog.Deviation.Reason;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.Digest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReviewsTest {

    private static final Digest DIGEST = Digest.of(Changes.definition("x", "the same"));
    private static final Held TOOL = held(Kind.TOOL);
    private static final Held PROMPT = held(Kind.PROMPT);

    @Test
    void aDigestOfTwoThingsIsNoneUntilItIsSaidWhich() {
        List<Held> both = List.of(TOOL, PROMPT);

        assertThatThrownBy(() -> Reviews.one(both, DIGEST.value(), Optional.empty()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("'kind'");
        assertThat(Reviews.one(both, DIGEST.value(), Optional.of(Kind.PROMPT))).contains(PROMPT);
        assertThat(Reviews.one(both, DIGEST.value(), Optional.of(Kind.TOOL))).contains(TOOL);
        assertThat(Reviews.one(List.of(PROMPT), DIGEST.value(), Optional.empty()))
                .contains(PROMPT);
        assertThat(Reviews.one(List.of(PROMPT), DIGEST.value(), Optional.of(Kind.TOOL)))
                .isEmpty();
    }

    private static Held held(Kind kind) {
        return new Held(kind, "x", Optional.empty(), Reason.ADDED, DIGEST, 7, 7, false, false);
    }
}
