package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.Digest;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The bundles that decide. Activation is an index in the log: every entry after it is decided by the new version, on every
 * replica, and one that has not compiled it denies until it has.
 */
@ApplicationScoped
public class ActivePolicy implements LogFollower, Authors {

    private static final Logger LOG = Logger.getLogger(ActivePolicy.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final GovernedState governed;
    private final CompiledBundles compiled;
    private volatile BundleState state = BundleState.EMPTY;

    /** Replaced when it is asked for and the state is another one. */
    private volatile InForce inForce = new InForce(BundleState.EMPTY, bundle -> Optional.empty());

    ActivePolicy(GovernedState governed, CompiledBundles compiled) {
        this.governed = governed;
        this.compiled = compiled;
    }

    /**
     * What decides for an identity now, given what was appended since.
     *
     * @param since entries that touch {@code Topics.POLICY}, some of which may have arrived here already
     * @param identity of the call; a canary decides for some and not for others
     */
    public Active after(List<Recorded> since, String identity) {
        BundleState then = state.after(since);
        return inForce(then).active(then.decidingFor(identity));
    }

    /** Whose earlier calls rules about that tool look back at, of bundles that decide for somebody or would. */
    public Set<Scope> scopes(ToolName tool) {
        return engines().flatMap(engine -> engine.scopes(tool).stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a rule asks where the arguments of a call of that tool come from, of a bundle that decides for somebody or would. */
    public boolean needsOrigins(ToolName tool) {
        return engines().anyMatch(engine -> engine.needsOrigins(tool));
    }

    /** Whether any rule of such a bundle asks where arguments come from: then what agents are shown has to be known. */
    public boolean asksForOrigins() {
        return engines().anyMatch(PolicyEngine::asksForOrigins);
    }

    private Stream<PolicyEngine> engines() {
        return inForce(state).engines();
    }

    /** Those versions as they are compiled here. */
    Active active(List<Activation> deciding) {
        return inForce(state).active(deciding);
    }

    /** Those of the bundles that decided once which are compiled here still. */
    public Active compiled(List<String> digests) {
        BundleState now = state;
        return inForce(now)
                .resolve(digests.stream()
                        .filter(Digest::isWellFormed)
                        .flatMap(digest -> now.bundle(new Digest(digest)).stream())
                        .map(bundle -> new Activation(bundle.name(), bundle.digest(), bundle.index()))
                        .toList());
    }

    /** Found out once for each state of the log: every call asks several times. */
    private InForce inForce(BundleState then) {
        InForce known = inForce;
        if (known.isLastingFor(then)) {
            return known;
        }
        InForce now = new InForce(then, compiled::engine);
        if (then == state) {
            inForce = now;
        }
        return now;
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(BundleEntries.KINDS)
                .invoke(this::apply)
                .chain(entries -> Multi.createFrom()
                        .iterable(state.inUse())
                        .onItem()
                        .transformToUniAndConcatenate(version -> prepare(version.digest()))
                        .collect()
                        .last()
                        .replaceWithVoid());
    }

    @Override
    public void onEntry(Recorded recorded) {
        if (BundleEntries.KINDS.contains(recorded.entry().kind())) {
            apply(List.of(recorded));
            BundleEntries.digest(recorded).ifPresent(this::follow);
        }
    }

    @Override
    public Set<Author> authors(String bundle) {
        return Digest.isWellFormed(bundle)
                ? state.bundle(new Digest(bundle)).stream()
                        .map(published -> new Author(published.by(), published.person()))
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    BundleState state() {
        return state;
    }

    /** The active bundles that allow what no rule of another one speaks of. */
    List<Published> observing() {
        BundleState now = state;
        return now.inUse().stream()
                .flatMap(version -> now.bundle(version.digest()).stream())
                .filter(bundle -> bundle.isObserving() && !now.stateOf(bundle).equals("shadow"))
                .toList();
    }

    /** Loading runs while entries arrive. */
    private synchronized void apply(List<Recorded> entries) {
        state = state.after(entries);
        compiled.keep(state.inUse().stream()
                .flatMap(version -> state.bundle(version.digest()).stream())
                .toList());
        observing()
                .forEach(bundle -> LOG.warnf(
                        "every call that no other bundle speaks of is allowed: an observing bundle is active bundle=%s digest=%s",
                        bundle.name(), bundle.digest()));
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
        return Uni.createFrom()
                .deferred(() -> state.bundle(digest)
                        .map(compiled::compile)
                        .orElseGet(() -> Uni.createFrom()
                                .failure(new IllegalStateException("the bundle's own entry has not been read yet")))
                        .replaceWithVoid());
    }
}
