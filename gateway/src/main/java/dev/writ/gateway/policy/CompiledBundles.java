package dev.writ.gateway.policy;

import dev.writ.gateway.auditing.GovernedState;
import dev.writ.model.Digest;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The bundles that are compiled on this replica: those in use, and the last few others. */
@ApplicationScoped
class CompiledBundles {

    private static final Logger LOG = Logger.getLogger(CompiledBundles.class);

    private final BundleRows rows;
    private final BundleCompiler compiler;
    private final GovernedState governed;
    private final PolicyConfig config;

    /** A bundle, and what it was checked against: the digest of its tools' digests. */
    private record Build(Digest bundle, Digest tools) {
        static Build of(Published published) {
            return new Build(published.digest(), published.tools());
        }
    }

    private final ConcurrentMap<Build, Compiled> compiled = new ConcurrentHashMap<>();

    /** Guarded by this, like the next. */
    private final Deque<Build> oldestFirst = new ArrayDeque<>();

    private Set<Build> inUse = Set.of();

    CompiledBundles(BundleRows rows, BundleCompiler compiler, GovernedState governed, PolicyConfig config) {
        this.rows = rows;
        this.compiler = compiler;
        this.governed = governed;
        this.config = config;
    }

    /** The engine of a bundle; empty as long as it is not compiled here, and for good if it cannot be. */
    Optional<PolicyEngine> engine(Published published) {
        return Optional.ofNullable(compiled.get(Build.of(published))).flatMap(Compiled::engine);
    }

    /** Compiles a bundle that is not published yet. A usable one is kept, for the moment its entry arrives. */
    Uni<Compiled> compile(PolicyBundle bundle, Collection<ToolDefinition> tools) {
        Build build = new Build(bundle.digest(), BundleEntries.toolsDigest(tools));
        return compiler.compile(bundle, tools)
                .map(result -> result.fold(usable -> keep(build, usable), unusable -> unusable));
    }

    /** Compiles a published bundle from its row, exactly as it was published, unless that is done. */
    Uni<Compiled> compile(Published published) {
        Build build = Build.of(published);
        Compiled known = compiled.get(build);
        return known != null
                ? Uni.createFrom().item(known)
                : rows.stored(published.digest())
                        .chain(row -> row.map(stored -> compile(published, stored))
                                .orElseGet(() -> distrusted(published, "it has no row")))
                        .map(result -> keep(build, result));
    }

    private Uni<Compiled> compile(Published published, StoredBundle stored) {
        Optional<PolicyBundle> bundle = stored.bundle(published);
        Optional<List<Digest>> digests = stored.tools(published);
        if (bundle.isEmpty() || digests.isEmpty()) {
            return distrusted(published, "its row is not what its entry says");
        }
        return rows.tools(digests.get())
                .chain(tools -> tools.size() == digests.get().size()
                        ? compiler.compile(bundle.get(), tools)
                        : distrusted(published, "definitions of its tools are missing or were changed"))
                .map(result -> result.fold(usable -> usable, unusable -> logged(published, unusable)));
    }

    private Uni<Compiled> distrusted(Published published, String what) {
        governed.distrust("bundle", published.digest().value());
        return Uni.createFrom().item(Compiled.Unusable.of(what));
    }

    private static Compiled logged(Published published, Compiled.Unusable unusable) {
        LOG.errorf(
                "published bundle cannot be used bundle=%s digest=%s: %s",
                published.name(), published.digest(), unusable.problems());
        return unusable;
    }

    /** From now on these are the bundles that are never forgotten. */
    synchronized void keep(Collection<Published> published) {
        inUse = published.stream().map(Build::of).collect(Collectors.toUnmodifiableSet());
        trim();
    }

    private synchronized Compiled keep(Build build, Compiled result) {
        Compiled earlier = compiled.putIfAbsent(build, result);
        if (earlier == null) {
            oldestFirst.addLast(build);
            trim();
            return result;
        }
        if (earlier != result) {
            result.engine().ifPresent(PolicyEngine::close);
        }
        return earlier;
    }

    private synchronized void trim() {
        List<Build> gone =
                oldestFirst.stream().filter(build -> !inUse.contains(build)).toList();
        gone = gone.subList(0, Math.max(0, gone.size() - config.compiled()));
        oldestFirst.removeAll(gone);
        gone.forEach(build -> Optional.ofNullable(compiled.remove(build))
                .flatMap(Compiled::engine)
                .ifPresent(PolicyEngine::close));
    }
}
