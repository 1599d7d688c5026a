package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.Draft;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.policy.ActivePolicy.Active;
import dev.writ.model.CallId;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActivePolicyTest {

    private static final Map<String, String> FIRST = Bundles.files("1");
    private static final Map<String, String> SECOND = Bundles.files("2");

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final GovernedState governed = Auditing.state(log.reader());
    private final FakeBundleRows rows = new FakeBundleRows();
    private final BundleCompiler compiler = new BundleCompiler();
    private final CompiledBundles compiled = new CompiledBundles(rows, compiler, governed, new Settings(false, 1));
    private final ActivePolicy policy = new ActivePolicy(governed, compiled);

    @AfterEach
    void stop() {
        compiler.stop();
    }

    @Test
    void deniesEverythingUntilABundleIsActive() {
        Active none = policy.current();

        assertThat(none.digest()).isEmpty();
        assertThat(none.isReady()).isTrue();
        assertThat(effect(none)).isEqualTo(Effect.DENY);
    }

    @Test
    void publishingChangesNothing() {
        publish(1, FIRST);

        assertThat(policy.current().digest()).isEmpty();
    }

    @Test
    void decidesWithTheActiveBundle() {
        publish(1, FIRST);

        policy.onEntry(Bundles.activated(2, FIRST));

        Active active = policy.current();
        assertThat(active.isReady()).isTrue();
        assertThat(active.digest()).contains(digest(FIRST));
        assertThat(active.index()).isEqualTo(2);
        assertThat(effect(active)).isEqualTo(Effect.ALLOW);
    }

    @Test
    void deniesWhileTheActiveBundleIsNotCompiledHere() {
        rows.put(FIRST);
        rows.failTimes(Integer.MAX_VALUE);
        policy.onEntry(Bundles.published(1, FIRST));

        policy.onEntry(Bundles.activated(2, FIRST));

        assertThat(policy.current().isReady()).isFalse();
        assertThat(policy.current().digest()).isPresent();
        assertThat(effect(policy.current())).isEqualTo(Effect.DENY);
    }

    @Test
    void compilesAgainUntilTheRowIsThere() {
        rows.put(FIRST);
        rows.failTimes(2);
        policy.onEntry(Bundles.published(1, FIRST));

        policy.onEntry(Bundles.activated(2, FIRST));

        await().until(() -> policy.current().isReady());
    }

    @Test
    void decidesByAnActivationThatHasNotArrivedYet() {
        publish(1, FIRST);
        publish(2, SECOND);
        policy.onEntry(Bundles.activated(3, FIRST));

        Active after = policy.after(List.of(Bundles.activated(4, SECOND)));

        assertThat(after.index()).isEqualTo(4);
        assertThat(after.digest()).contains(digest(SECOND));
        assertThat(after.isReady()).isTrue();
        assertThat(policy.current().index()).isEqualTo(3);
    }

    @Test
    void ignoresAnActivationThatIsOlderThanTheOneThatArrived() {
        publish(1, FIRST);
        publish(2, SECOND);
        policy.onEntry(Bundles.activated(4, SECOND));

        assertThat(policy.after(List.of(Bundles.activated(3, FIRST))).index()).isEqualTo(4);
    }

    @Test
    void isNotReadyAfterAnActivationOfABundleItNeverSaw() {
        publish(1, FIRST);
        policy.onEntry(Bundles.activated(2, FIRST));

        Active after = policy.after(List.of(Bundles.activated(3, SECOND)));

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

        await().until(() -> policy.current().isReady());
        assertThat(policy.current().digest()).contains(digest(FIRST));
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

        assertThat(policy.current().digest()).contains(digest(SECOND));
        assertThat(policy.current().isReady()).isTrue();
        assertThat(rows.reads()).isEqualTo(1);
    }

    @Test
    void deniesWhenTheRowOfTheActiveBundleWasChanged() {
        rows.put(FIRST, Bundles.row(SECOND));
        append(Bundles.published(0, FIRST));
        append(Bundles.activated(1, FIRST));

        policy.load().await().indefinitely();

        assertThat(policy.current().isReady()).isFalse();
        assertThat(effect(policy.current())).isEqualTo(Effect.DENY);
    }

    private static String digest(Map<String, String> files) {
        return Bundles.bundle(files).digest().value();
    }

    private void publish(long index, Map<String, String> files) {
        rows.put(files);
        policy.onEntry(Bundles.published(index, files));
        await().until(() -> compiled.engine(Bundles.published(files)).isPresent());
    }

    private void append(Recorded stated) {
        log.append(Draft.independent(new Settled<>(stated.entry(), stated)))
                .await()
                .indefinitely();
    }

    private static Effect effect(Active active) {
        ToolCall call = new ToolCall(
                CallId.mint(Bundles.NOON, ThreadLocalRandom.current()),
                Optional.empty(),
                Bundles.PAY.name(),
                JsonObject.builder().put("amount", 10).build(),
                Optional.empty(),
                Optional.empty());
        Principal bot = new Principal("bot", Optional.empty(), "key-1", List.of(), Set.of(Role.AGENT), "api-key");
        return active.engine()
                .evaluate(new Facts(call, bot, Bundles.PAY, History.empty(), List.of(), Bundles.NOON))
                .effect();
    }

    record Settings(boolean allowSelfActivation, int compiled) implements PolicyConfig {}
}
