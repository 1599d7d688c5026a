package dev.writ.gateway.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InOrderTest {

    private final List<Recorded> applied = new ArrayList<>();
    private final InOrder order = new InOrder(Set.of("CREATED", "ENDED"), Set.of("USED"), applied::add);

    private static Recorded recorded(long index, String kind) {
        Entry entry = new Entry(
                kind,
                Instant.parse("2026-01-02T12:00:00Z"),
                List.of(),
                Set.of(),
                Map.of(),
                JsonObject.empty(),
                "writ",
                List.of());
        return new Recorded(index, Digest.of(new byte[0]), entry);
    }

    private final Recorded created = recorded(1, "CREATED");
    private final Recorded used = recorded(2, "USED");
    private final Recorded ended = recorded(3, "ENDED");

    @Test
    void whatIsDeliveredTwiceIsAppliedOnce() {
        order.load(List.of());

        for (int i = 0; i < 2; i++) {
            List.of(created, used, ended).forEach(order::arrived);
        }

        assertThat(applied).containsExactly(created, used, ended);
    }

    @Test
    void whatArrivesWhileOthersAreLoadedIsAppliedAfterThemAndOnce() {
        List.of(created, used, ended).forEach(order::arrived);

        order.load(List.of(created, ended));
        List.of(created, used, ended).forEach(order::arrived);

        assertThat(applied).containsExactly(created, ended, used);
    }

    @Test
    void otherKindsAreLeftOut() {
        order.load(List.of());

        order.arrived(recorded(4, "OTHER"));

        assertThat(applied).isEmpty();
    }
}
