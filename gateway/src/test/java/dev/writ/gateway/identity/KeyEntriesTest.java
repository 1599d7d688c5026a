package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Recorded;
import dev.writ.model.Role;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyEntriesTest {

    private final World world = new World();

    private Keys.Issued issuedForPerson() {
        world.register("billing-support");
        return world.issued(world.request("billing-support", Set.of(Role.AGENT, Role.APPLICATION), "ann@example.com"));
    }

    private Recorded entry() {
        return world.state
                .entries(Set.of(KeyEntries.CREATED))
                .await()
                .indefinitely()
                .get(0);
    }

    @Test
    void aKeyIsReadFromItsEntryAsItWasWritten() {
        Keys.Issued issued = issuedForPerson();

        assertThat(KeyEntries.createdBy(entry())).contains(issued.key());
    }

    @Test
    void theLeafHoldsNoPersonNoPurposeAndNothingOfTheSecret() {
        Keys.Issued issued = issuedForPerson();

        assertThat(entry().entry().body().toJson())
                .contains(issued.key().id(), "billing-support", world.pseudonyms.of("ann@example.com"))
                .doesNotContain("ann@example.com")
                .doesNotContain("to be tested")
                .doesNotContain(issued.presented().secret())
                .doesNotContain(issued.key().secretHash().value().substring(7));
    }

    @Test
    void anEntryWithoutItsInputCreatesNothing() {
        issuedForPerson();
        world.log.destroySubjectKey("writ");

        assertThat(KeyEntries.createdBy(entry())).isEmpty();
    }
}
