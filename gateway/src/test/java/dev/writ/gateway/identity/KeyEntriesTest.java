package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Recorded;
import dev.writ.model.Role;
import java.time.Duration;
import java.util.Optional;
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
    void anApproversKeyIsReadFromItsEntryAsItWasWritten() {
        Keys.Issued issued = world.issued(new KeyRequest(
                PrincipalName.parse("principal", "jd"),
                Set.of(Role.APPROVER),
                Set.of(),
                Set.of("finance", "legal"),
                Optional.of(world.pseudonyms.of("jo@example.com")),
                ToolPatterns.ALL,
                Duration.ofDays(1),
                Optional.empty(),
                Optional.empty()));

        assertThat(KeyEntries.createdBy(entry())).contains(issued.key());
        assertThat(issued.key().groups()).containsExactly("finance", "legal");
        assertThat(entry().entry().body().toJson()).doesNotContain("jo@example.com");
    }

    @Test
    void theLeafHoldsNoPersonNoPurposeAndNothingOfTheSecret() {
        Keys.Issued issued = issuedForPerson();

        assertThat(entry().entry().body().toJson())
                .contains(issued.key().id(), "billing-support", world.pseudonyms.of("ann@example.com"))
                .doesNotContain("ann@example.com")
                .doesNotContain("to be tested")
                .doesNotContain(issued.presented().orElseThrow().secret())
                .doesNotContain(ProofJson.secretHash(issued.key().proof()));
    }

    @Test
    void anEntryWithoutItsInputCreatesNothing() {
        issuedForPerson();
        world.log.destroySubjectKey("writ");

        assertThat(KeyEntries.createdBy(entry())).isEmpty();
    }
}
