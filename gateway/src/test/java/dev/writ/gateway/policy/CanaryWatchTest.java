package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.policy.PolicyConfig.CanaryConfig;
import dev.writ.gateway.policy.PolicyConfig.ShadowConfig;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several replicas that watch one canary in one log. */
class CanaryWatchTest {

    private static final Map<String, String> FILES = Bundles.files("1");
    private static final int ENOUGH = 10;

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private long canary;

    @BeforeEach
    void startACanary() {
        append(Bundles.published(0, FILES).entry());
        canary = append(Bundles.recorded(
                                1,
                                BundleEntries.CANARY,
                                JsonObject.builder()
                                        .put("name", "bank")
                                        .put("version", "1")
                                        .put(
                                                "digest",
                                                Bundles.bundle(FILES).digest().value())
                                        .put("percent", 50)
                                        .put("salt", "a salt")
                                        .build())
                        .entry())
                .index();
    }

    @Test
    void aReplicaThatIsStartedLaterCountsWhatWasBefore() {
        List<Long> inCanary = decide(2 * ENOUGH, "allow", "deny");
        compare(inCanary, true);
        CanaryWatch late = replica();

        // Whoever counted from here on would see nothing that tightens, and take the canary back.
        compare(decide(2 * ENOUGH, "allow", "deny"), false);

        assertThat(kinds()).containsExactly(BundleEntries.CANARY_ALARM);
        assertThat(late).isNotNull();
    }

    @Test
    void aReplicaThatIsStartedReadsOnlyWhatItWasDeliveredOrWasThereBefore() {
        decide(ENOUGH, "allow", "deny");
        List<EntryQuery> beyond = new ArrayList<>();
        AuditReader reader = (AuditReader) Proxy.newProxyInstance(
                AuditReader.class.getClassLoader(), new Class<?>[] {AuditReader.class}, (proxy, method, arguments) -> {
                    if (arguments != null
                            && arguments[0] instanceof EntryQuery query
                            && query.to() > log.tail().size()) {
                        beyond.add(query);
                    }
                    return method.invoke(log.reader(), arguments);
                });

        replica(reader);

        assertThat(beyond).isEmpty();
    }

    @Test
    void aReplicaThatIsStartedLaterCountsAsManyPagesAsThereAre() {
        List<Long> inCanary = decide(2 * ENOUGH, "allow", "deny");
        compare(inCanary, true);
        decide(1_000, "allow", "deny");
        replica();

        compare(decide(2 * ENOUGH, "allow", "deny"), false);

        assertThat(kinds()).containsExactly(BundleEntries.CANARY_ALARM);
    }

    @Test
    void aReplicaThatIsStartedLaterDoesNotWaitAgainForIdentitiesThatCalledBefore() {
        List<Long> inCanary = decide(2 * ENOUGH, "allow", "deny");
        replica();

        compare(inCanary, false);

        assertThat(kinds()).containsExactly(BundleEntries.CANARY_ROLLED_BACK);
    }

    @Test
    void nothingIsRolledBackBeforeTheOtherReplicaHasComparedToo() {
        replica();
        replica();
        List<Long> ofOne = decide(2 * ENOUGH, "allow", "deny");
        List<Long> ofOther = decide(2 * ENOUGH, "allow", "deny");

        compare(ofOne, false);
        assertThat(kinds()).isEmpty();

        compare(ofOther, true);
        assertThat(kinds()).containsExactly(BundleEntries.CANARY_ALARM);
    }

    @Test
    void twoReplicasTakeACanaryBackOnceWhenAllIsCompared() {
        replica();
        replica();
        List<Long> ofOne = decide(2 * ENOUGH, "allow", "deny");
        List<Long> ofOther = decide(2 * ENOUGH, "allow", "deny");

        compare(ofOne, false);
        compare(ofOther, false);

        assertThat(kinds()).containsExactly(BundleEntries.CANARY_ROLLED_BACK);
    }

    @Test
    void whatAReplicaTookWithItIsForAPersonToJudge() {
        replica();
        decide(2 * ENOUGH, "allow", "deny");
        List<Long> later = decide(2 * ENOUGH, "allow", "deny");

        compare(later, false);
        assertThat(kinds()).isEmpty();
        compare(List.of(), false, Bundles.NOON.plusSeconds(61));

        assertThat(kinds()).containsExactly(BundleEntries.CANARY_ALARM);
    }

    /** One more that follows the log from here on. */
    private CanaryWatch replica() {
        return replica(log.reader());
    }

    private CanaryWatch replica(AuditReader reader) {
        CanaryWatch watch = new CanaryWatch(
                reader,
                Auditing.state(log.reader()),
                Auditing.journal(log, InstantSource.fixed(Bundles.NOON)),
                new Config());
        log.tail().subscribe(watch::onEntry);
        watch.load().await().indefinitely();
        return watch;
    }

    /** One call each of so many identities; the indices of those in the canary. */
    private List<Long> decide(int identities, String inCanary, String outside) {
        Canary share = new Canary(
                new BundleName("bank", "1"),
                Bundles.bundle(FILES).digest(),
                canary,
                50,
                "a salt",
                OptionalInt.empty(),
                false);
        List<Long> in = new ArrayList<>();
        int others = 0;
        for (int i = 0; in.size() < identities || others < identities; i++) {
            boolean isIn = share.includes(Topics.identity("bot", "p" + i));
            Recorded decided = append(decided("p" + i, isIn ? inCanary : outside));
            if (isIn) {
                in.add(decided.index());
            } else {
                others++;
            }
        }
        return in;
    }

    private static Entry decided(String subject, String verdict) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.AGENT, "bot");
        columns.put(Column.SUBJECT, subject);
        columns.put(Column.TOOL, "bank.pay");
        columns.put(Column.VERDICT, verdict);
        return new Entry("DECIDED", Bundles.NOON, List.of(), Set.of(), columns, JsonObject.empty(), "writ", List.of());
    }

    private void compare(List<Long> decisions, boolean tightens) {
        compare(decisions, tightens, Bundles.NOON);
    }

    private void compare(List<Long> decisions, boolean tightens, Instant at) {
        List<JsonValue> steps = new ArrayList<>();
        long before = decisions.isEmpty() ? 0 : decisions.get(0);
        for (long index : decisions) {
            steps.add(JsonNumber.of(index - before));
            before = index;
        }
        Flip flip = new Flip(
                2,
                "call",
                "bank.pay",
                new Flip.Side("allow", Optional.empty()),
                new Flip.Side("deny", Optional.empty()));
        JsonObject body = JsonObject.builder()
                .put("as", "canary")
                .put("since", canary)
                .put("compared", decisions.size())
                .put("dropped", 0)
                .put("first", decisions.isEmpty() ? 0 : decisions.get(0))
                .put("decisions", new JsonArray(steps))
                .put("flips", new JsonArray(tightens ? List.of(flip.toJson()) : List.of()))
                .build();
        append(new Entry(ComparisonLog.KIND, at, List.of(), Set.of(), Map.of(), body, "writ", List.of()));
    }

    private Recorded append(Entry entry) {
        return log.append(Draft.independent(new Settled<>(entry, entry)))
                .await()
                .indefinitely()
                .fold(Receipt.Created::recorded, existing -> {
                    throw new AssertionError("there is one already");
                });
    }

    /** What Writ did about the canary. */
    private List<String> kinds() {
        return log
                .reader()
                .find(new EntryQuery(
                        Map.of(),
                        Set.of(BundleEntries.CANARY_ALARM, BundleEntries.CANARY_ROLLED_BACK),
                        0,
                        Long.MAX_VALUE,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        100,
                        false))
                .await()
                .indefinitely()
                .stream()
                .map(recorded -> recorded.entry().kind())
                .toList();
    }

    private static final class Config implements PolicyConfig {
        @Override
        public boolean allowSelfActivation() {
            return false;
        }

        @Override
        public boolean fourEyes() {
            return false;
        }

        @Override
        public int compiled() {
            return 3;
        }

        @Override
        public ShadowConfig shadow() {
            return new ShadowConfig() {
                @Override
                public int queue() {
                    return 1;
                }

                @Override
                public Duration every() {
                    return Duration.ofSeconds(10);
                }
            };
        }

        @Override
        public CanaryConfig canary() {
            return new CanaryConfig() {
                @Override
                public int band() {
                    return 10;
                }

                @Override
                public int minIdentities() {
                    return ENOUGH;
                }
            };
        }
    }
}
