package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.Draft;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import dev.writ.model.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActivePolicyTest {

    private static final String NOBODY = "identity/bot/-";
    private static final Map<String, String> FIRST = Bundles.files("1");
    private static final Map<String, String> SECOND = Bundles.files("2");

    private static final Map<String, String> STRICT = Bundles.named(
            "strict", "1", "scope: [bank.pay]", Bundles.rule("stop payments", "tool == \"bank.pay\"", "deny(\"no\")"));
    private static final Map<String, String> OBSERVE = Bundles.named(
            "observe", "1", "scope: ['*']\nobserve: true", Bundles.rule("observed", "", "allow(\"seen\")"));

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final GovernedState governed = Auditing.state(log.reader());
    private final FakeBundleRows rows = new FakeBundleRows();
    private final BundleCompiler compiler = new BundleCompiler();
    private final CompiledBundles compiled =
            new CompiledBundles(rows, compiler, governed, new Settings(false, false, 1));
    private final ActivePolicy policy = new ActivePolicy(governed, compiled);

    @AfterEach
    void stop() {
        compiler.stop();
    }

    @Test
    void deniesEverythingUntilABundleIsActive() {
        Active none = current();

        assertThat(none.digests()).isEmpty();
        assertThat(none.isReady()).isTrue();
        assertThat(effect(none)).isEqualTo(Effect.DENY);
    }

    @Test
    void whatDecidesIsFoundOutOnceForEachStateOfTheLog() {
        publish(1, FIRST);
        policy.onEntry(Bundles.activated(2, FIRST));
        Active first = current();
        assertThat(current()).isSameAs(first);

        publish(3, SECOND);
        policy.onEntry(Bundles.activated(4, SECOND));

        assertThat(current().digests()).containsExactly(digest(SECOND));
        assertThat(current()).isSameAs(current());
    }

    @Test
    void aBundleOfThePastIsThereAsSoonAsItIsCompiled() {
        activate(1, FIRST);
        rows.put(SECOND);
        rows.failTimes(Integer.MAX_VALUE);
        policy.onEntry(Bundles.published(3, SECOND));
        assertThat(policy.compiled(List.of(digest(SECOND))).isReady()).isFalse();

        rows.failTimes(0);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> compiled.engine(Bundles.published(SECOND)).isPresent());

        assertThat(policy.compiled(List.of(digest(SECOND))).isReady()).isTrue();
    }

    @Test
    void publishingChangesNothing() {
        publish(1, FIRST);

        assertThat(current().digests()).isEmpty();
    }

    @Test
    void decidesWithTheActiveBundle() {
        publish(1, FIRST);

        policy.onEntry(Bundles.activated(2, FIRST));

        Active active = current();
        assertThat(active.isReady()).isTrue();
        assertThat(active.digests()).containsExactly(digest(FIRST));
        assertThat(index()).isEqualTo(2);
        assertThat(effect(active)).isEqualTo(Effect.ALLOW);
    }

    @Test
    void deniesWhileTheActiveBundleIsNotCompiledHere() {
        rows.put(FIRST);
        rows.failTimes(Integer.MAX_VALUE);
        policy.onEntry(Bundles.published(1, FIRST));

        policy.onEntry(Bundles.activated(2, FIRST));

        assertThat(current().isReady()).isFalse();
        assertThat(current().digests()).isNotEmpty();
        assertThat(effect(current())).isEqualTo(Effect.DENY);
    }

    @Test
    void compilesAgainUntilTheRowIsThere() {
        rows.put(FIRST);
        rows.failTimes(2);
        policy.onEntry(Bundles.published(1, FIRST));

        policy.onEntry(Bundles.activated(2, FIRST));

        await().atMost(Duration.ofSeconds(60)).until(() -> current().isReady());
    }

    @Test
    void decidesByAnActivationThatHasNotArrivedYet() {
        publish(1, FIRST);
        publish(2, SECOND);
        policy.onEntry(Bundles.activated(3, FIRST));

        Active after = policy.after(List.of(Bundles.activated(4, SECOND)), NOBODY);

        assertThat(after.digests()).containsExactly(digest(SECOND));
        assertThat(after.isReady()).isTrue();
        assertThat(index()).isEqualTo(3);
    }

    @Test
    void ignoresAnActivationThatIsOlderThanTheOneThatArrived() {
        publish(1, FIRST);
        publish(2, SECOND);
        policy.onEntry(Bundles.activated(4, SECOND));

        assertThat(policy.after(List.of(Bundles.activated(3, FIRST)), NOBODY).digests())
                .containsExactly(digest(SECOND));
    }

    @Test
    void isNotReadyAfterAnActivationOfABundleItNeverSaw() {
        publish(1, FIRST);
        policy.onEntry(Bundles.activated(2, FIRST));

        Active after = policy.after(List.of(Bundles.activated(3, SECOND)), NOBODY);

        assertThat(after.isReady()).isFalse();
        assertThat(effect(after)).isEqualTo(Effect.DENY);
    }

    @Test
    void compilesAnOlderBundleAnewWhenItIsActivatedAgain() {
        publish(1, FIRST);
        policy.onEntry(Bundles.activated(2, FIRST));
        publish(3, SECOND);
        policy.onEntry(Bundles.activated(4, SECOND));
        publish(5, Bundles.files("3"));
        assertThat(compiled.engine(Bundles.published(FIRST))).isEmpty();

        policy.onEntry(Bundles.activated(6, FIRST));

        await().atMost(Duration.ofSeconds(60)).until(() -> current().isReady());
        assertThat(current().digests()).containsExactly(digest(FIRST));
    }

    @Test
    void loadsTheNewestActivation() {
        rows.put(FIRST);
        rows.put(SECOND);
        append(Bundles.published(0, FIRST));
        append(Bundles.published(1, SECOND));
        append(Bundles.activated(2, FIRST));
        append(Bundles.activated(3, SECOND));

        policy.load().await().indefinitely();

        assertThat(current().digests()).containsExactly(digest(SECOND));
        assertThat(current().isReady()).isTrue();
        assertThat(rows.reads()).isEqualTo(1);
    }

    @Test
    void deniesWhenTheRowOfTheActiveBundleWasChanged() {
        rows.put(FIRST, Bundles.row(SECOND));
        append(Bundles.published(0, FIRST));
        append(Bundles.activated(1, FIRST));

        policy.load().await().indefinitely();

        assertThat(current().isReady()).isFalse();
        assertThat(effect(current())).isEqualTo(Effect.DENY);
    }

    @Test
    void decidesWithAllActiveBundlesAsOneLaw() {
        activate(1, FIRST);
        activate(3, STRICT);

        Active active = current();

        assertThat(active.digests()).containsExactly(digest(FIRST), digest(STRICT));
        assertThat(effect(active)).isEqualTo(Effect.DENY);
        assertThat(said(active)).containsExactly("small payment", "stop payments");
        assertThat(active.asked(active.evaluate(facts()), Bundles.PAY.name()))
                .isEqualTo(new Asked(Optional.of(digest(STRICT)), List.of(digest(FIRST), digest(STRICT))));
    }

    @Test
    void doesNotAskABundleWhoseScopeLacksTheTool() {
        activate(1, FIRST);
        activate(3, Bundles.named("mail", "1", "scope: [mail.*]", Bundles.rule("no mail", "", "deny(\"no\")")));

        Active active = current();

        assertThat(effect(active)).isEqualTo(Effect.ALLOW);
        assertThat(active.asked(active.evaluate(facts()), Bundles.PAY.name()).all())
                .containsExactly(digest(FIRST));
    }

    @Test
    void deniesAsLongAsOneOfTheActiveBundlesIsNotCompiledHere() {
        activate(1, FIRST);
        policy.onEntry(Bundles.published(3, STRICT));

        policy.onEntry(Bundles.activated(4, STRICT));

        assertThat(current().isReady()).isFalse();
        assertThat(effect(current())).isEqualTo(Effect.DENY);
        assertThat(current().evaluate(facts()).verdicts()).isEmpty();
    }

    @Test
    void anActivationOfTheTimeWhenOneBundleWasActiveEndsAllOthers() {
        activate(1, FIRST);
        publish(3, STRICT);

        policy.onEntry(Bundles.activatedAlone(4, STRICT));

        assertThat(current().digests()).containsExactly(digest(STRICT));
    }

    @Test
    void whatObservesAllowsOnlyWhatNobodyElseSpeaksOf() {
        activate(1, OBSERVE);

        assertThat(effect(current())).isEqualTo(Effect.ALLOW);
        assertThat(said(current())).containsExactly("observed");
        assertThat(policy.observing()).hasSize(1);

        activate(3, STRICT);
        assertThat(effect(current())).isEqualTo(Effect.DENY);
        assertThat(said(current())).containsExactly("stop payments");
    }

    @Test
    void aCanaryDecidesForItsShareAndNobodyElse() {
        activate(1, FIRST);
        publish(3, SECOND);
        policy.onEntry(Bundles.recorded(
                4,
                BundleEntries.CANARY,
                BundleEntries.canary(Bundles.published(SECOND), 25, "salt", OptionalInt.empty())));

        List<String> deciding = IntStream.range(0, 4_000)
                .mapToObj(i ->
                        policy.after(List.of(), "identity/bot/" + i).digests().get(0))
                .toList();

        assertThat(deciding).contains(digest(FIRST));
        assertThat(deciding.stream().filter(digest(SECOND)::equals).count()).isBetween(850L, 1_150L);
    }

    @Test
    void whoIsInACanaryStaysInWhenItGrows() {
        Canary small = new Canary(
                BundleName.of(Bundles.bundle(SECOND)),
                Bundles.bundle(SECOND).digest(),
                4,
                10,
                "s",
                OptionalInt.empty(),
                false);
        Canary large = new Canary(small.name(), small.digest(), 9, 50, "s", OptionalInt.empty(), false);

        assertThat(IntStream.range(0, 2_000).mapToObj(i -> "identity/bot/" + i).filter(small::includes))
                .isNotEmpty()
                .allMatch(large::includes);
    }

    @Test
    void aRollbackLeadsToTheVersionBefore() {
        activate(1, FIRST);
        activate(3, SECOND);
        Line line = policy.state().line("bank");

        policy.onEntry(Bundles.recorded(
                5,
                BundleEntries.ROLLED_BACK,
                BundleEntries.rolledBack(line.active().orElseThrow(), line.previous())));

        await().atMost(Duration.ofSeconds(60)).until(() -> current().isReady());
        assertThat(current().digests()).containsExactly(digest(FIRST));
        assertThat(policy.state().line("bank").previous()).isEmpty();
    }

    @Test
    void aRollbackEndsACanaryAndLeavesTheActiveVersion() {
        activate(1, FIRST);
        publish(3, SECOND);
        policy.onEntry(Bundles.recorded(
                4,
                BundleEntries.CANARY,
                BundleEntries.canary(Bundles.published(SECOND), 99, "salt", OptionalInt.empty())));
        Canary canary = policy.state().line("bank").canary().orElseThrow();

        policy.onEntry(Bundles.recorded(
                5,
                BundleEntries.ROLLED_BACK,
                BundleEntries.rolledBack(
                        new Activation(canary.name(), canary.digest(), canary.index()),
                        policy.state().line("bank").active())));

        assertThat(policy.state().line("bank").canary()).isEmpty();
        assertThat(current().digests()).containsExactly(digest(FIRST));
    }

    private static List<String> said(Active active) {
        return active.evaluate(facts()).verdicts().stream().map(Verdict::rule).toList();
    }

    private void activate(long index, Map<String, String> files) {
        publish(index, files);
        policy.onEntry(Bundles.activated(index + 1, files));
    }

    private static String digest(Map<String, String> files) {
        return Bundles.bundle(files).digest().value();
    }

    private void publish(long index, Map<String, String> files) {
        rows.put(files);
        policy.onEntry(Bundles.published(index, files));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> compiled.engine(Bundles.published(files)).isPresent());
    }

    private void append(Recorded stated) {
        log.append(Draft.independent(new Settled<>(stated.entry(), stated)))
                .await()
                .indefinitely();
    }

    private Active current() {
        return policy.after(List.of(), NOBODY);
    }

    private long index() {
        return policy.state().active().get(0).index();
    }

    private static Effect effect(Active active) {
        return active.evaluate(facts()).effect();
    }

    private static Facts facts() {
        ToolCall call = new ToolCall(
                CallId.mint(Bundles.NOON, ThreadLocalRandom.current()),
                Optional.empty(),
                Bundles.PAY.name(),
                JsonObject.builder().put("amount", 10).build(),
                Optional.empty(),
                Optional.empty());
        Principal bot = new Principal("bot", Optional.empty(), "key-1", List.of(), Set.of(Role.AGENT), "api-key");
        return new Facts(call, bot, Bundles.PAY, History.empty(), List.of(), Bundles.NOON);
    }

    record Settings(boolean allowSelfActivation, boolean fourEyes, int compiled) implements PolicyConfig {

        @Override
        public ShadowConfig shadow() {
            throw new UnsupportedOperationException("there is no shadow here");
        }

        @Override
        public CanaryConfig canary() {
            throw new UnsupportedOperationException("there is no canary here");
        }
    }
}
