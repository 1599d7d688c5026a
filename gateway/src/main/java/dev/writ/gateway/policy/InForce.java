package dev.writ.gateway.policy;

import dev.writ.rules.PolicyEngine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the log says of bundles, with the engines of those in use as far as they are compiled here. Used by all threads. */
final class InForce {

    private final BundleState state;
    private final List<PolicyEngine> engines;
    private final boolean isComplete;
    private final Function<Published, Optional<PolicyEngine>> compiled;
    private final ConcurrentMap<List<Activation>, Active> deciding = new ConcurrentHashMap<>();

    InForce(BundleState state, Function<Published, Optional<PolicyEngine>> compiled) {
        this.state = state;
        this.compiled = compiled;
        List<Optional<PolicyEngine>> all = state.inUse().stream()
                .map(version -> state.bundle(version.digest()).flatMap(compiled))
                .toList();
        this.engines = all.stream().flatMap(Optional::stream).toList();
        this.isComplete = engines.size() == all.size();
    }

    /** Whether this is still so as long as the log says nothing else. */
    boolean isLastingFor(BundleState now) {
        return isComplete && state == now;
    }

    Stream<PolicyEngine> engines() {
        return engines.stream();
    }

    Active active(List<Activation> versions) {
        return isComplete ? deciding.computeIfAbsent(versions, this::resolve) : resolve(versions);
    }

    /** Kept nowhere: there are as many as were in force at some time, and what is missing may be compiled in a moment. */
    Active resolve(List<Activation> versions) {
        return new Active(versions.stream()
                .map(version ->
                        new Active.Part(version, state.bundle(version.digest()).flatMap(compiled)))
                .toList());
    }
}
