package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Recorded;
import dev.writ.model.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DirectoryTest {

    private final World world = new World();
    private final List<Recorded> entries = new ArrayList<>();

    DirectoryTest() {
        world.log.tail().subscribe(entries::add);
    }

    private ApiKey auditor() {
        return world.issued(world.request("aude", Set.of(Role.AUDITOR))).key();
    }

    private void revoke(ApiKey key) {
        world.keys.revoke(world.root(), key.id()).await().indefinitely();
    }

    @Test
    void knowsAKeyAsSoonAsItsEntryIsFollowed() {
        ApiKey key = auditor();

        assertThat(world.directory.key(key.id())).contains(key);
    }

    @Test
    void forgetsAKeyAsSoonAsItsRevocationIsFollowed() {
        ApiKey key = auditor();
        revoke(key);

        assertThat(world.directory.key(key.id())).isEmpty();
    }

    @Test
    void doesNotBringBackAKeyThatWasRevokedWhileItWasLoading() {
        ApiKey key = auditor();
        revoke(key);
        Directory other = new Directory(world.state, new KeyRows(), new AgentRows());

        other.onEntry(entries.get(1));
        other.onEntry(entries.get(0));

        assertThat(other.key(key.id())).isEmpty();
    }

    @Test
    void holdsAKeyThatIsUnknownExpiredOrJustRevokedForDead() {
        ApiKey key = auditor();
        ApiKey another = auditor();
        List<Recorded> before = List.copyOf(entries);
        Directory behind = new Directory(world.state, new KeyRows(), new AgentRows());
        before.forEach(behind::onEntry);
        revoke(key);
        List<Recorded> since = entries.subList(before.size(), entries.size());

        assertThat(behind.isLiveAfter(key.id(), World.NOON, List.of())).isTrue();
        assertThat(behind.isLiveAfter(key.id(), World.NOON, since)).isFalse();
        assertThat(behind.isLiveAfter(another.id(), World.NOON, since)).isTrue();
        assertThat(behind.isLiveAfter(another.id(), World.NOON.plus(Duration.ofDays(30)), since))
                .isFalse();
        assertThat(behind.isLiveAfter("0123456789abcdef", World.NOON, since)).isFalse();
    }

    @Test
    void knowsWhoAnswersForAnAgent() {
        world.register("billing-support");

        assertThat(world.directory.ownerOf("billing-support")).contains("team");
        assertThat(world.directory.ownerOf("another")).isEmpty();
    }

    @Test
    void knowsRegisteredAgents() {
        world.register("billing-support");

        assertThat(world.directory.hasAgent("billing-support")).isTrue();
        assertThat(world.directory.hasAgent("another")).isFalse();
    }
}
