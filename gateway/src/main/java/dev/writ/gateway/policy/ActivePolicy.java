package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.Digest;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The bundle that decides. Activation is an index in the log: every entry after it is decided by the new bundle, on every
 * replica, and one that has not compiled it denies until it has.
 */
@ApplicationScoped
public class ActivePolicy implements LogFollower {

    private static final Logger LOG = Logger.getLogger(ActivePolicy.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final GovernedState governed;
    private final CompiledBundles compiled;
    private volatile BundleState state = BundleState.EMPTY;

    ActivePolicy(GovernedState governed, CompiledBundles compiled) {
        this.governed = governed;
        this.compiled = compiled;
    }

    /**
     * What decides at one point of the log.
     *
     * @param digest of the active bundle; absent if none is active, and then every call is denied
     * @param index of the entry that activated it; -1 if none is active
     * @param engine denies everything unless the bundle is compiled here
     * @param isReady whether this replica decides as the log says; false while the active bundle is not compiled here, or
     *     cannot be
     */
    public record Active(Optional<String> digest, long index, PolicyEngine engine, boolean isReady) {

        private static final Active NONE = new Active(Optional.empty(), -1, PolicyEngine.denyAll(), true);
    }

    /** What decides now. */
    public Active current() {
        return after(List.of());
    }

    /**
     * What decides, given what was appended since.
     *
     * @param since entries that touch {@code Topics.POLICY}, some of which may have arrived here already
     */
    public Active after(List<Recorded> since) {
        return state.activeAfter(since).map(this::active).orElse(Active.NONE);
    }

    private Active active(Activation activation) {
        Optional<PolicyEngine> engine = state.bundle(activation.digest()).flatMap(compiled::engine);
        return new Active(
                Optional.of(activation.digest().value()),
                activation.index(),
                engine.orElseGet(PolicyEngine::denyAll),
                engine.isPresent());
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(BundleEntries.KINDS)
                .invoke(this::apply)
                .chain(entries -> state.active()
                        .map(activation -> prepare(activation.digest()))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    @Override
    public void onEntry(Recorded recorded) {
        if (BundleEntries.KINDS.contains(recorded.entry().kind())) {
            apply(List.of(recorded));
            digest(recorded).ifPresent(this::follow);
        }
    }

    BundleState state() {
        return state;
    }

    /** Loading runs while entries arrive. */
    private synchronized void apply(List<Recorded> entries) {
        state = state.after(entries);
    }

    private static Optional<Digest> digest(Recorded recorded) {
        return BundleEntries.readPublished(recorded)
                .map(Published::digest)
                .or(() -> BundleEntries.readActivated(recorded).map(Activation::digest));
    }

    private void follow(Digest digest) {
        prepare(digest)
                .onFailure()
                .invoke(failed -> LOG.warnf(failed, "bundle not read, trying again digest=%s", digest))
                .onFailure()
                .retry()
                .withBackOff(FIRST_RETRY, LAST_RETRY)
                .indefinitely()
                .subscribe()
                .with(done -> {});
    }

    private Uni<Void> prepare(Digest digest) {
        return Uni.createFrom().deferred(() -> {
            state.active().flatMap(active -> state.bundle(active.digest())).ifPresent(compiled::activate);
            return state.bundle(digest)
                    .map(compiled::compile)
                    .orElseGet(() -> Uni.createFrom()
                            .failure(new IllegalStateException("the bundle's own entry has not been read yet")))
                    .replaceWithVoid();
        });
    }
}
