package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Identities;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.policy.PolicyConfig.CanaryConfig;
import dev.writ.gateway.policy.PolicyConfig.ShadowConfig;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.CallId;
import dev.writ.model.Decision;
import dev.writ.model.Digest;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The steps of a version against a log in memory. */
class PolicyLifeTest {

    private static final Map<String, String> FIRST = Bundles.files("1");
    private static final Map<String, String> SECOND = Bundles.files("2");
    private static final Map<String, String> OTHER = Bundles.named(
            "other",
            "1",
            "scope: [bank.pay]",
            Bundles.rule("small payment", "tool == \"bank.pay\"", "deny(\"a rule of the same name\")"));

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final GovernedState governed = Auditing.state(log.reader());
    private final Journal journal = Auditing.journal(log, InstantSource.fixed(Bundles.NOON));
    private final Pseudonyms pseudonyms = Pseudonyms.of(new byte[32]);
    private final FakeBundleRows rows = new FakeBundleRows();
    private final BundleCompiler compiler = new BundleCompiler();
    private final Config config = new Config();
    private final CompiledBundles compiled = new CompiledBundles(rows, compiler, governed, config);
    private final ActivePolicy policy = new ActivePolicy(governed, compiled);
    private final PolicyLife life = new PolicyLife(
            policy,
            compiled,
            new BundleChecks(compiled, config, new People(Identities.directory(log), pseudonyms)),
            journal,
            Witnessing.notRequired(),
            new SecureRandom());

    PolicyLifeTest() {
        log.tail().subscribe(policy::onEntry);
    }

    @AfterEach
    void stop() {
        compiler.stop();
    }

    @Test
    void withFourEyesNothingDecidesThatNobodyElseApproved() {
        Digest digest = published(FIRST);

        refused(() -> life.activate(person("rita"), digest), "Nobody has approved this version");
        refused(() -> life.canary(person("rita"), digest, 10, OptionalInt.empty()), "Nobody has approved this version");
        refused(() -> life.approve(person("arno"), digest), "does not approve it");
        refused(() -> life.approve(named("other-key-of-arno", "arno"), digest), "does not approve it");

        done(life.approve(person("rita"), digest));
        done(life.activate(person("rita"), digest));
        assertThat(digests()).containsExactly(digest.value());
    }

    @Test
    void anotherKeyTellsThatWhoLooksAtItHasPublishedIt() {
        Digest digest = published(FIRST);
        Optional<String> jo = Optional.of(pseudonyms.of("jo@example.com"));
        Identities.approver(journal, "other-key-of-arno", "arno", jo);

        refused(() -> life.approve(named("rita", "jo@example.com"), digest), "does not approve it");

        done(life.approve(person("rob"), digest));
        Identities.approver(journal, "other-key-of-rob", "rob", jo);
        refused(() -> life.activate(person("rita"), digest), "Nobody has approved this version");
        config.fourEyes = false;
        refused(() -> life.activate(person("rob"), digest), "does not activate it");
        done(life.activate(person("rita"), digest));
    }

    @Test
    void nobodyBecomesSomebodyElseByLosingAKey() {
        Digest digest = published(FIRST);
        Identities.approver(journal, "other-key-of-arno", "arno", Optional.of(pseudonyms.of("jo@example.com")));
        Identities.revoke(journal, "other-key-of-arno");
        Identities.expired(journal, "old-key-of-arno", "arno", pseudonyms.of("jo@example.org"));

        refused(() -> life.approve(named("rita", "jo@example.com"), digest), "does not approve it");
        refused(() -> life.approve(named("rob", "jo@example.org"), digest), "does not approve it");

        done(life.approve(named("ruth", "ruth@example.com"), digest));
    }

    @Test
    void twoRollbacksAtOnceGoBackOneStep() {
        Digest first = active(FIRST);
        active(SECOND);
        active(Bundles.files("3"));

        Uni<Long> one = life.rollBack(person("rita"), "bank");
        Uni<Long> other = life.rollBack(person("rob"), "bank");
        done(one);
        refused(() -> other, "Somebody has just changed which version decides");

        assertThat(digests()).containsExactly(Bundles.bundle(SECOND).digest().value());
        done(life.rollBack(person("rob"), "bank"));
        assertThat(digests()).containsExactly(first.value());
    }

    @Test
    void twoActivationsAtOnceCannotBringTwoRulesOfOneName() {
        Digest bank = approved(FIRST);
        Digest other = approved(OTHER);

        Uni<Long> one = life.activate(person("rita"), bank);
        Uni<Long> two = life.activate(person("rob"), other);
        done(one);
        refused(() -> two, "The bundle 'bank' has a rule 'small payment' too");

        assertThat(digests()).containsExactly(bank.value());
    }

    @Test
    void aCanaryKeepsItsSaltWhenItGrows() {
        active(FIRST);
        Digest second = approved(SECOND);
        done(life.canary(person("rita"), second, 10, OptionalInt.empty()));
        Canary small = policy.state().line("bank").canary().orElseThrow();

        done(life.canary(person("rita"), second, 20, OptionalInt.of(30)));

        Canary large = policy.state().line("bank").canary().orElseThrow();
        assertThat(large.percent()).isEqualTo(20);
        assertThat(new CanaryBand(10, 5).of(large)).isEqualTo(new CanaryBand(30, 5));
        assertThat(new CanaryBand(10, 5).of(small)).isEqualTo(new CanaryBand(10, 5));
        assertThat(large.salt()).isEqualTo(small.salt()).hasSize(32);
    }

    @Test
    void everyDecisionIsComparedOrCountedAsDropped() {
        active(FIRST);
        Digest strict = approved(Bundles.named(
                "bank", "9", "scope: [bank.*]", Bundles.rule("strict", "tool == \"bank.pay\"", "deny(\"no\")")));
        done(life.shadow(person("arno"), strict));
        ComparisonLog comparisonLog = new ComparisonLog(journal, config);
        Comparisons comparisons = new Comparisons(policy, comparisonLog, config, new SimpleMeterRegistry());
        Active active = policy.after(List.of(), "identity/bot/-");
        int calls = 5_000;

        for (int call = 0; call < calls; call++) {
            Facts facts = facts();
            Decision decision = active.evaluate(facts);
            comparisons.decided(new Comparisons.Taken(
                    log.tail().size(),
                    facts,
                    "identity/bot/-",
                    decision,
                    active.asked(decision, Bundles.PAY.name()),
                    otherwise -> otherwise));
        }

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            comparisonLog.flush();
            assertThat(sum("compared") + sum("dropped")).isEqualTo(calls);
        });
        assertThat(sum("compared")).isPositive();
        assertThat(compared().stream()
                        .mapToInt(entry -> Flip.of(entry.entry().body()).size())
                        .sum())
                .isEqualTo((int) sum("compared"));
        comparisons.stop();
    }

    private long sum(String member) {
        return compared().stream()
                .mapToLong(entry ->
                        entry.entry().body().number(member).orElseThrow().longValue())
                .sum();
    }

    private List<Recorded> compared() {
        return log.reader()
                .find(new EntryQuery(
                        Map.of(),
                        Set.of(ComparisonLog.KIND),
                        0,
                        Long.MAX_VALUE,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        100_000,
                        false))
                .await()
                .indefinitely();
    }

    private List<String> digests() {
        return policy.after(List.of(), "identity/bot/-").digests();
    }

    private Digest published(Map<String, String> files) {
        rows.put(files);
        JsonObject.Builder body = JsonObject.builder().put("actor", "arno");
        Bundles.published(0, files).entry().body().members().forEach(body::put);
        Entry entry = Bundles.recorded(0, BundleEntries.PUBLISHED, body.build()).entry();
        done(log.append(Draft.independent(new Settled<>(entry, entry))));
        return Bundles.bundle(files).digest();
    }

    private Digest approved(Map<String, String> files) {
        Digest digest = published(files);
        done(life.approve(person("rita"), digest));
        return digest;
    }

    private Digest active(Map<String, String> files) {
        Digest digest = approved(files);
        done(life.activate(person("rita"), digest));
        return digest;
    }

    private static void done(Uni<?> step) {
        assertThat(step.await().indefinitely()).isNotNull();
    }

    private static void refused(Supplier<Uni<Long>> step, String detail) {
        assertThatThrownBy(() -> step.get().await().indefinitely())
                .isInstanceOf(Problem.class)
                .hasMessageContaining(detail);
    }

    private Approver person(String name) {
        return new Approver(principal(name), Set.of(), pseudonyms.of(name), Optional.empty());
    }

    /** Somebody whose key names that person. */
    private Approver named(String name, String person) {
        return new Approver(principal(name), Set.of(), pseudonyms.of(name), Optional.of(pseudonyms.of(person)));
    }

    private static Principal principal(String name) {
        return new Principal(name, Optional.empty(), "key-" + name, List.of(), Set.of(Role.REVIEWER), "api-key");
    }

    private static Facts facts() {
        ToolCall call = new ToolCall(
                CallId.mint(Bundles.NOON, ThreadLocalRandom.current()),
                Optional.empty(),
                Bundles.PAY.name(),
                JsonObject.builder().put("amount", 10).build(),
                Optional.empty(),
                Optional.empty());
        return new Facts(call, principal("bot"), Bundles.PAY, History.empty(), List.of(), Bundles.NOON);
    }

    /** Four eyes, and a queue of one. */
    private static final class Config implements PolicyConfig {
        boolean fourEyes = true;

        @Override
        public boolean allowSelfActivation() {
            return false;
        }

        @Override
        public boolean fourEyes() {
            return fourEyes;
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
            throw new UnsupportedOperationException("there is no canary here");
        }
    }
}
