package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Entries;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonString;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecentTest {

    private static final Digest HASH = Digest.of(new byte[1]);

    private final Recent recent = new Recent(1_000, 0);

    @Test
    void forgetsTheInputsOfWhoWasErasedAndNobodyElses() {
        recent.add(recorded(0, "subject-1"), 1);
        recent.add(recorded(1, "subject-2"), 1);

        recent.forget("subject-1");

        List<Recorded> known = recent.since(Set.of("topic"), 0).orElseThrow().entries();
        assertThat(known).extracting(Recorded::index).containsExactly(0L, 1L);
        assertThat(known.get(0).entry().inputs()).isEmpty();
        assertThat(known.get(1).entry().inputs()).hasSize(1);
    }

    private static Recorded recorded(long index, String subjectKey) {
        Entry entry = Entries.touching("DECIDED", Set.of("topic"), new Input("facts", new JsonString("x"), true));
        return new Recorded(
                index,
                HASH,
                new Entry(
                        entry.kind(),
                        entry.at(),
                        entry.keys(),
                        entry.topics(),
                        entry.columns(),
                        entry.body(),
                        subjectKey,
                        entry.inputs()));
    }
}
