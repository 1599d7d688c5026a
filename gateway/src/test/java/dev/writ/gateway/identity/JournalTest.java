package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import dev.writ.model.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A control entry is only written with a key that is live by then. */
class JournalTest {

    private final World world = new World();
    private final ApiKey key =
            world.issued(world.request("jd", Set.of(Role.OPERATOR))).key();
    private final Actor actor = new Actor("jd", key.id());
    private final Journal journal = Auditing.journal(world.log, world.directory, world);

    private Entry entry(String... topics) {
        return new Entry(
                "CHANGED",
                journal.now(),
                List.of(),
                Set.of(topics),
                Map.of(),
                JsonObject.builder().put("what", "something").build(),
                "writ",
                List.of());
    }

    private void record(Entry entry) {
        journal.record(actor, entry, List.of()).await().indefinitely();
    }

    private void assertRefused(Runnable recording) {
        long before = world.log.size();

        assertThatThrownBy(recording::run)
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> assertThat(problem.type()).isEqualTo(ProblemType.CONFLICT));
        assertThat(world.log.size()).isEqualTo(before);
    }

    @Test
    void namesWhoDidIt() {
        record(entry());

        Entry recorded = world.log
                .reader()
                .at(world.log.size() - 1)
                .await()
                .indefinitely()
                .orElseThrow()
                .entry();
        assertThat(recorded.body().text("actor")).contains("jd");
        assertThat(recorded.body().text("client")).contains(key.id());
        assertThat(recorded.body().text("what")).contains("something");
    }

    @Test
    void refusesAKeyThatWasRevoked() {
        world.keys.revoke(world.root(), key.id()).await().indefinitely();

        assertRefused(() -> record(entry()));
    }

    @Test
    void refusesAKeyWhoseRevocationIsNotFollowedYet() {
        Directory behind = new Directory(world.state, new KeyRows(), new AgentRows());
        behind.onEntry(world.log.reader().at(0).await().indefinitely().orElseThrow());
        Journal late = Auditing.journal(world.log, behind, world);
        long readAt = late.size();
        world.keys.revoke(world.root(), key.id()).await().indefinitely();

        assertRefused(() -> late.record(actor, new Draft<>(Set.of(), readAt, since -> new Settled<>(entry(), "done")))
                .await()
                .indefinitely());
    }

    @Test
    void refusesAKeyThatHasExpired() {
        world.pass(Duration.ofDays(30).minusSeconds(1));
        record(entry());
        world.pass(Duration.ofSeconds(1));

        assertRefused(() -> record(entry()));
    }

    @Test
    void showsADraftWhatHappenedSinceItRead() {
        long readAt = journal.size();
        record(entry("approval/1"));
        record(entry("approval/2"));
        List<Recorded> seen = new ArrayList<>();

        journal.record(actor, new Draft<>(Set.of("approval/1"), readAt, since -> {
                    seen.addAll(since);
                    return new Settled<>(entry(), "done");
                }))
                .await()
                .indefinitely();

        assertThat(seen).extracting(Recorded::index).containsExactly(readAt);
    }

    @Test
    void writesNothingThatADraftRefuses() {
        assertRefused(() -> journal.record(actor, new Draft<Entry>(Set.of(), journal.size(), since -> {
                    throw new Problem(ProblemType.CONFLICT, "Not now.");
                }))
                .await()
                .indefinitely());
    }
}
