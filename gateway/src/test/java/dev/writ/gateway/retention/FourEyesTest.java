package dev.writ.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Entry;
import dev.writ.audit.Kept;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Needed;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Identities;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FourEyesTest {

    private final World world = new World();
    private final Approver ada = world.admin("ada");
    private final Approver bob = world.admin("bob");
    private final Approver aude = world.auditor("aude");
    private final Approver axel = world.auditor("axel");

    private void assertRefused(Runnable step, String detail) {
        List<String> before = world.kinds();
        assertThatThrownBy(step::run).isInstanceOf(Problem.class).hasMessageContaining(detail);
        assertThat(world.kinds()).isEqualTo(before);
    }

    @Test
    void aSecondPersonPutsItInForce() {
        String id = world.propose(world.erase("ann"), ada);

        assertThat(world.confirm(id, bob)).isEqualTo(Proposed.State.CONFIRMED);
        assertThat(world.kinds()).containsExactly("OPERATION_PROPOSED", "ERASURE");
    }

    @Test
    void theProposerCannotConfirmWithAnyOfTheirKeys() {
        String id = world.propose(world.erase("ann"), ada);

        assertRefused(() -> world.confirm(id, ada), "proposed it yourself");
    }

    @Test
    void thePersonOfTheProposersKeyCannotConfirmUnderAnotherName() {
        String id = world.propose(world.erase("ann"), world.somebody("ada-1", "ada", Role.ADMIN));

        assertRefused(
                () -> world.confirm(id, world.somebody("ada-2", "ada", Role.ADMIN)), "the person who proposed it");
        assertRefused(() -> world.confirm(id, world.admin("ada")), "the person who proposed it");
    }

    @Test
    void whoeverTheConfirmersKeySaysIsTheProposerCannotConfirm() {
        String id = world.propose(world.erase("ann"), ada);

        assertRefused(
                () -> world.confirm(id, world.somebody("other", "ada", Role.ADMIN)), "the person who proposed it");
    }

    @Test
    void whoeverAnotherKeySaysIsTheProposerCannotConfirm() {
        String id = world.propose(world.erase("ann"), ada);
        Optional<String> jo = Optional.of(world.pseudonyms.of("jo@example.com"));
        Identities.approver(world.journal, "other-key-of-ada", "ada", jo);
        Identities.approver(world.journal, "other-key-of-bob", "bob", jo);

        assertRefused(() -> world.confirm(id, bob), "the person who proposed it");
    }

    @Test
    void anExpiredProposalCannotBeConfirmed() {
        String id = world.propose(world.erase("ann"), ada);

        world.pass(Duration.ofDays(7));

        assertThat(world.state(id)).isEqualTo(Proposed.State.EXPIRED);
        assertRefused(() -> world.confirm(id, bob), "expired");
    }

    @Test
    void aProposalIsAnsweredOnce() {
        String id = world.propose(world.erase("ann"), ada);
        world.confirm(id, bob);

        assertRefused(() -> world.confirm(id, world.admin("cleo")), "confirmed");
        assertRefused(() -> World.await(world.operations.reject(id, bob, "no")), "confirmed");
    }

    @Test
    void whatWasRejectedCannotBeConfirmed() {
        String id = world.propose(world.erase("ann"), ada);
        World.await(world.operations.reject(id, ada, "a mistake"));

        assertThat(world.state(id)).isEqualTo(Proposed.State.REJECTED);
        assertRefused(() -> world.confirm(id, bob), "rejected");
    }

    @Test
    void auditorsPlaceHoldsAndEraseNothing() {
        String hold = world.propose(world.hold("ann"), aude);

        assertThat(world.confirm(hold, axel)).isEqualTo(Proposed.State.CONFIRMED);
        assertRefused(() -> world.propose(world.erase("ann"), aude), "role admin");
    }

    @Test
    void aHoldProtectsFromItsProposalOnUntilItIsRejected() {
        String erasure = world.propose(world.erase("ann"), ada);
        String hold = world.propose(world.hold("ann"), aude);

        assertRefused(() -> world.confirm(erasure, bob), hold);
        World.await(world.operations.reject(hold, aude, "not needed"));
        assertThat(world.confirm(erasure, bob)).isEqualTo(Proposed.State.CONFIRMED);
    }

    @Test
    void anAdministratorAloneEndsNoHoldOfAnother() {
        String hold = world.propose(world.hold("ann"), aude);

        assertRefused(() -> World.await(world.operations.reject(hold, ada, "no")), "role auditor");
        assertThat(World.await(world.operations.reject(hold, axel, "not needed"))
                        .stateAt(world.instant()))
                .isEqualTo(Proposed.State.REJECTED);
    }

    @Test
    void anAdministratorTakesBackAHoldOfTheirOwn() {
        String hold = world.propose(world.hold("ann"), ada);

        World.await(world.operations.reject(hold, ada, "a mistake"));

        assertThat(world.state(hold)).isEqualTo(Proposed.State.REJECTED);
    }

    @Test
    void aProposedHoldDoesNotExpire() {
        String hold = world.propose(world.hold("ann"), aude);

        world.pass(Duration.ofDays(400));

        assertThat(world.state(hold)).isEqualTo(Proposed.State.PROPOSED);
        String erasure = world.propose(world.erase("ann"), ada);
        assertRefused(() -> world.confirm(erasure, bob), hold);
    }

    @Test
    void aHoldOnSomebodyElseStopsNoErasure() {
        world.propose(world.hold("ben"), aude);

        assertThat(world.confirm(world.propose(world.erase("ann"), ada), bob)).isEqualTo(Proposed.State.CONFIRMED);
    }

    @Test
    void aHoldOnEverythingStopsEveryErasure() {
        String hold = world.propose(new Act.Hold(Optional.empty()), aude);

        String erasure = world.propose(world.erase("ann"), ada);

        assertRefused(() -> world.confirm(erasure, bob), hold);
    }

    @Test
    void aConfirmedHoldIsReleasedByTwoOfWhomTheSecondIsAnAuditor() {
        String hold = world.propose(world.hold("ann"), aude);
        world.confirm(hold, axel);
        assertRefused(() -> World.await(world.operations.reject(hold, ada, "no")), "role auditor");
        assertRefused(() -> World.await(world.operations.reject(hold, aude, "no")), "confirmed");

        String release = world.propose(new Act.Release(hold), ada);

        assertRefused(() -> world.confirm(release, bob), "role auditor");
        assertThat(world.confirm(release, aude)).isEqualTo(Proposed.State.DONE);
        assertThat(world.state(hold)).isEqualTo(Proposed.State.RELEASED);
        assertRefused(() -> world.propose(new Act.Release(hold), ada), "ended already");
    }

    @Test
    void aHoldThatNobodyConfirmedIsNotReleasedButRejected() {
        String hold = world.propose(world.hold("ann"), aude);

        assertRefused(() -> world.propose(new Act.Release(hold), ada), "Reject it");
    }

    @Test
    void nobodyIsErasedTwice() {
        world.confirm(world.propose(world.erase("ann"), ada), bob);

        assertRefused(() -> world.propose(world.erase("ann"), ada), "erased already");
    }

    @Test
    void twoProposalsOfTheSameErasureEraseOnce() {
        String first = world.propose(world.erase("ann"), ada);
        String second = world.propose(world.erase("ann"), ada);
        world.confirm(first, bob);

        assertRefused(() -> world.confirm(second, bob), "erased already");
    }

    @Test
    void anotherReplicaTellsTheSameFromTheLog() {
        String hold = world.propose(world.hold("ann"), aude);
        world.confirm(hold, axel);
        FourEyes other = new FourEyes(
                Auditing.state(world.log.reader()),
                world.journal,
                world.people,
                Auditing.erasures(world.log),
                new PruneBound(world.timeline, List.of(), World.settings(Optional.empty()), world.journal),
                new NoDeletions(),
                World.settings(Optional.empty()),
                new SecureRandom());

        World.await(other.load());

        assertThat(other.existing(hold)).isEqualTo(world.operations.existing(hold));
        assertThat(other.state().holding(world.erase("ann"))).hasSize(1);
    }

    @Test
    void nothingIsPrunedUnlessTheOperatorSaysHowLongEntriesAreKept() {
        World forever = new World(Optional.empty(), List.of());

        assertThatThrownBy(() -> World.await(
                        new PruneBound(forever.timeline, List.of(), World.settings(Optional.empty()), forever.journal)
                                .below(1)))
                .hasMessageContaining("writ.audit.retention is not set");
    }

    @Test
    void entriesAreKeptForFiveWeeksAtLeast() {
        assertThatThrownBy(() -> new World(Optional.of(Duration.ofDays(34)), List.of()))
                .hasMessageContaining("35 days or more");
    }

    @Test
    void youngEntriesAreNotPruned() {
        world.append("DECIDED", 3);
        world.pass(World.KEPT.plusDays(1));
        world.append("DECIDED", 3);

        assertThatThrownBy(() -> below(4)).hasMessageContaining("from index 3 on are younger");
        assertThatThrownBy(() -> below(3)).hasMessageContaining("in partitions of 65536");
    }

    @Test
    void aYoungEntryIsNotPrunedAmongOlderOnesThatAClockMisdated() {
        world.append("DECIDED", 2);
        world.pass(World.KEPT.plusDays(1));
        world.append("DECIDED", 1);
        world.pass(World.KEPT.plusDays(1).negated());
        world.append("DECIDED", 8);
        world.pass(World.KEPT.plusDays(1));

        assertThatThrownBy(() -> below(11)).hasMessageContaining("from index 2 on are younger");
    }

    @Test
    void whatIsNeededIsNotPruned() {
        world.append("DECIDED", 3);
        world.pass(World.KEPT.plusDays(1));
        Needed call = () -> Uni.createFrom().item(Optional.of(new Needed.Need(1, "a call that has not ended")));

        assertThatThrownBy(() -> World.await(new PruneBound(
                                world.timeline, List.of(call), World.settings(Optional.of(World.KEPT)), world.journal)
                        .below(2)))
                .hasMessageContaining("Entry 1 is needed still, by a call that has not ended");
    }

    @Test
    void aPruneSaysWhatItKeeps() {
        world.append("DECIDED", 1 << 16);
        world.pass(World.KEPT.plusDays(1));
        String prune = world.propose(new Act.Prune(1 << 16), world.admin("axel"));

        world.confirm(prune, world.admin("alma"));

        Proposed.Step confirmed = world.operations.existing(prune).answered().orElseThrow();
        Entry entry = World.await(world.log.reader().at(confirmed.index()))
                .orElseThrow()
                .entry();
        assertThat(Kept.of(entry)).contains(NoDeletions.KEPT);
    }

    private void below(long index) {
        World.await(new PruneBound(world.timeline, List.of(), World.settings(Optional.of(World.KEPT)), world.journal)
                .below(index));
    }
}
