package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Recorded;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectorQuarantineTest {

    private final Recorded pinned = Bank.registered(3, Bank.sealed());
    private final Recorded changed = Changes.quarantined(5, 3, Changes.changed("pay"));

    @Test
    void deniesAToolThatChanged() {
        assertThat(of(pinned, changed).denies(Bank.PAY)).isPresent();
        assertThat(of(pinned, changed).denies(Bank.BALANCE)).isEmpty();
    }

    @Test
    void deniesAllToolsOfAnAgentWhoseCardChanged() {
        ConnectorQuarantine found = of(pinned, Changes.quarantined(5, 3, Changes.card()));

        assertThat(found.denies(Bank.PAY)).isPresent();
        assertThat(found.denies(Bank.BALANCE)).isPresent();

        Held held = found.held().get(0);
        ConnectorQuarantine back = of(
                pinned,
                Changes.quarantined(5, 3, Changes.card()),
                Changes.rejected(6, 3, held),
                Changes.returned(7, 3, held));
        assertThat(back.denies(Bank.PAY)).isEmpty();
    }

    @Test
    void deniesNothingForAToolThatIsNew() {
        ConnectorQuarantine found = of(pinned, Changes.quarantined(5, 3, Changes.added("transfer")));

        assertThat(found.held()).hasSize(1);
        assertThat(found.denies(ToolName.parse("bank.transfer"))).isEmpty();
    }

    @Test
    void deniesStillWhenTheServerReturnsUnseen() {
        Held held = of(pinned, changed).held().get(0);
        Recorded returned = Changes.returned(6, 3, held);

        ConnectorQuarantine now = of(pinned, changed, returned);

        assertThat(now.denies(Bank.PAY)).isPresent();
        assertThat(now.held().get(0).state()).isEqualTo("returned");
    }

    @Test
    void allowsAgainWhatReturnedOnceAnOperatorHasRejectedTheOther() {
        Held held = of(pinned, changed).held().get(0);
        Recorded rejected = Changes.rejected(6, 3, held);
        Recorded returned = Changes.returned(7, 3, held);

        assertThat(of(pinned, changed, rejected).denies(Bank.PAY)).isPresent();
        assertThat(of(pinned, changed, rejected, returned).denies(Bank.PAY)).isEmpty();
        assertThat(of(pinned, changed, returned, rejected).held().get(0).isOpen())
                .isFalse();
    }

    @Test
    void allowsAgainWhatWasOnlyGone() {
        Recorded gone = Changes.quarantined(5, 3, Changes.gone("pay"));
        Held held = of(pinned, gone).held().get(0);

        assertThat(of(pinned, gone).denies(Bank.PAY)).isPresent();
        assertThat(of(pinned, gone, Changes.returned(6, 3, held)).denies(Bank.PAY))
                .isEmpty();
    }

    @Test
    void deniesAgainWhatChangesAgain() {
        Held held = of(pinned, changed).held().get(0);
        Recorded rejected = Changes.rejected(6, 3, held);
        Recorded returned = Changes.returned(7, 3, held);
        Recorded again = Changes.quarantined(8, 3, Changes.changed("pay"));

        assertThat(of(pinned, changed, rejected, returned, again).denies(Bank.PAY))
                .isPresent();
    }

    @Test
    void holdsNothingOnceItIsPinnedAnew() {
        assertThat(of(pinned, changed, Bank.registered(9, Bank.sealed())).held())
                .isEmpty();
        assertThat(of(pinned, Bank.registered(9, Bank.sealed()), changed).held())
                .isEmpty();
    }

    @Test
    void ignoresWhatIsSaidOfAnOlderPinning() {
        Recorded late = Changes.quarantined(10, 3, Changes.changed("pay"));

        assertThat(of(pinned, Bank.registered(9, Bank.sealed()), late).held()).isEmpty();
    }

    @Test
    void carriesOnWhatWasNotApproved() {
        Held held = of(pinned, changed).held().get(0);
        JsonObject body = JsonObject.builder()
                .put("name", "bank")
                .put("quarantined", new JsonArray(List.of(held.toJson())))
                .build();

        ConnectorQuarantine now = of(pinned, changed, Bank.recorded(9, ConnectorEntries.REGISTERED, body));

        assertThat(now.pinnedAt()).isEqualTo(9);
        assertThat(now.denies(Bank.PAY)).contains(held);
    }

    @Test
    void saysTheSameInWhateverOrderEntriesArrive() {
        Held held = of(pinned, changed).held().get(0);
        List<Recorded> all = new ArrayList<>(List.of(
                pinned,
                changed,
                Changes.quarantined(6, 3, Changes.gone("balance")),
                Changes.returned(7, 3, held),
                Changes.rejected(8, 3, held)));
        List<Held> inOrder = of(all.toArray(Recorded[]::new)).held();

        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(all, new Random(seed));
            assertThat(of(all.toArray(Recorded[]::new)).held()).containsExactlyInAnyOrderElementsOf(inOrder);
        }
    }

    @Test
    void countsWhatIsYoung() {
        assertThat(of(pinned, changed).since(Bank.NOON.minus(Duration.ofHours(1))))
                .isEqualTo(1);
        assertThat(of(pinned, changed).since(Bank.NOON)).isZero();
    }

    private static ConnectorQuarantine of(Recorded... entries) {
        ConnectorQuarantine quarantine = ConnectorQuarantine.EMPTY;
        for (Recorded recorded : entries) {
            quarantine = quarantine.with(recorded);
        }
        return quarantine;
    }
}
