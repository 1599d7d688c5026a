package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Upstream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways under load while versions change: every call is decided by the version that the log says, and none is lost. */
class CutOverIT {

    private static final int CHANGES = 12;
    private static final Set<String> STEPS = Set.of("BUNDLE_ACTIVATED", "BUNDLE_ROLLED_BACK");

    @TempDir
    Path home;

    @Test
    void everyReplicaCutsOverAtTheSameEntryAndNoCallIsLost() throws Exception {
        try (Upstream upstream = Upstream.start();
                GatewayProcess first = GatewayProcess.start(home);
                GatewayProcess second = GatewayProcess.start(home)) {
            Fixture fixture = Fixture.of(first.url(), home);
            fixture.register(upstream);
            String deny = fixture.activate(rule("deny(\"closed\")"));
            String allow = fixture.activate(rule("allow(\"open\")"));
            Client agent = fixture.agent();
            Client[] callers = {agent, agent.at(second.url())};
            Fixture[] people = {fixture, fixture.at(second.url())};
            people[1].awaitPolicyAndTool(callers[1], "bank.balance");

            AtomicBoolean done = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<Integer>> loads = Stream.of(0, 1, 0, 1)
                    .map(i -> threads.submit(() -> callUntil(done, callers[i])))
                    .toList();
            for (int change = 0; change < CHANGES; change++) {
                Client reviewer = people[change % 2].reviewer;
                String path = change % 3 == 2 ? "bank/rollback" : (change % 2 == 0 ? deny : allow) + "/activate";
                assertThat(reviewer.post("/v1/policies/" + path, Map.of()).statusCode())
                        .isIn(200, 409);
            }
            done.set(true);
            int answered = 0;
            for (Future<Integer> load : loads) {
                answered += load.get();
            }
            threads.shutdown();

            List<LogEntry> entries = new ArrayList<>(all(fixture, "agent=" + agent.name() + "&kind=DECIDED"));
            assertThat(entries).hasSize(answered);
            STEPS.forEach(kind -> entries.addAll(all(fixture, "kind=" + kind)));
            entries.sort(Comparator.comparingLong(LogEntry::index));
            assertThat(decidedByWhatTheLogSays(entries)).isEqualTo(answered);
            assertThat(entries).anyMatch(entry -> "allow".equals(entry.columns().get("verdict")));
            assertThat(entries).anyMatch(entry -> "deny".equals(entry.columns().get("verdict")));
        }
    }

    /** How many decisions are of the version that the entries before them say. */
    private static int decidedByWhatTheLogSays(List<LogEntry> entries) {
        Optional<String> active = Optional.empty();
        int right = 0;
        for (LogEntry entry : entries) {
            if (STEPS.contains(entry.kind())) {
                active = Optional.of(entry.text("digest"));
            } else if (active.filter(entry.column("bundle")::equals).isPresent()) {
                right++;
            }
        }
        return right;
    }

    private static int callUntil(AtomicBoolean done, Client caller) {
        int answered = 0;
        while (!done.get()) {
            assertThat(caller.call("bank.balance", Map.of("id", "1")).statusCode())
                    .isIn(200, 403);
            answered++;
        }
        return answered;
    }

    private static List<LogEntry> all(Fixture fixture, String query) {
        List<LogEntry> found = new ArrayList<>();
        String next = "";
        do {
            var answer = fixture.auditor.get("/v1/audit/entries?limit=500&" + query + next);
            found.addAll(answer.jsonPath().getList("entries", LogEntry.class));
            String cursor = answer.path("next");
            next = cursor == null ? "" : "&cursor=" + cursor;
        } while (!next.isEmpty());
        return found;
    }

    private static String rule(String opinion) {
        return "rule \"" + UUID.randomUUID() + "\" when ToolCall( tool == \"bank.balance\" ) then " + opinion
                + "; end\n";
    }
}
