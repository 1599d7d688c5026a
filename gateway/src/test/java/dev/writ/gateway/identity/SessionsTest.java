package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private final World world = new World();

    private Session open(Optional<String> person) {
        Principal application = new Principal(
                "billing-support", person, "0123456789abcdef", List.of(), Set.of(Role.APPLICATION), "api-key");
        return world.sessions
                .open(application, "refund Ann's second charge")
                .await()
                .indefinitely();
    }

    private boolean check(String id, String agent, Optional<String> person) {
        return world.sessions.check(id, agent, person).await().indefinitely();
    }

    @Test
    void aSessionIsItsAgentsForItsPersonOnly() {
        Session session = open(Optional.of("ann"));

        assertThat(check(session.id(), "billing-support", Optional.of("ann"))).isTrue();
        assertThat(check(session.id(), "another", Optional.of("ann"))).isFalse();
        assertThat(check(session.id(), "billing-support", Optional.of("bob"))).isFalse();
        assertThat(check(session.id(), "billing-support", Optional.empty())).isFalse();
    }

    @Test
    void aSessionForNobodyIsForNobody() {
        Session session = open(Optional.empty());

        assertThat(check(session.id(), "billing-support", Optional.empty())).isTrue();
        assertThat(check(session.id(), "billing-support", Optional.of("ann"))).isFalse();
    }

    @Test
    void whatIsNoIdIsNoSession() {
        assertThat(check("s", "billing-support", Optional.empty())).isFalse();
        assertThat(check("", "billing-support", Optional.empty())).isFalse();
    }

    @Test
    void theTaskIsErasedWithItsPerson() {
        Session session = open(Optional.of("ann"));
        String pseudonym = world.pseudonyms.of("ann");
        Recorded before = opened();

        assertThat(before.entry().input("task")).isPresent();
        assertThat(before.entry().column(Column.SUBJECT)).contains(pseudonym);
        assertThat(before.entry().column(Column.SESSION)).contains(session.id());
        assertThat(before.entry().body().toJson()).doesNotContain("refund").doesNotContain("ann");

        world.log.destroySubjectKey("person/" + pseudonym);

        assertThat(opened().entry().input("task")).isEmpty();
        assertThat(check(session.id(), "billing-support", Optional.of("ann"))).isTrue();
    }

    @Test
    void memoryHoldsTheSessionsUsedLast() {
        RecentSessions recent = new RecentSessions(2);
        recent.add(new Session("1", "a", Optional.empty()));
        recent.add(new Session("2", "a", Optional.empty()));
        assertThat(recent.find("1")).isPresent();
        recent.add(new Session("3", "a", Optional.empty()));

        assertThat(recent.find("1")).isPresent();
        assertThat(recent.find("2")).isEmpty();
        assertThat(recent.find("3")).isPresent();
    }

    private Recorded opened() {
        return world.state
                .entries(Set.of(Session.OPENED))
                .await()
                .indefinitely()
                .get(0);
    }
}
