package dev.writ.gateway.policy;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Receipt;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.rules.PolicyEngine;
import dev.writ.rules.ToolScope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * The steps that people let a published version take. Each is one entry, made from what the log says by then; its index is from
 * where on it is in force, on every replica.
 */
@ApplicationScoped
class PolicyLife {

    private static final int SALT_BYTES = 16;

    private final ActivePolicy policy;
    private final CompiledBundles compiled;
    private final BundleChecks checks;
    private final Journal journal;
    private final Witnessing witnessing;
    private final SecureRandom random;

    PolicyLife(
            ActivePolicy policy,
            CompiledBundles compiled,
            BundleChecks checks,
            Journal journal,
            Witnessing witnessing,
            SecureRandom random) {
        this.policy = policy;
        this.compiled = compiled;
        this.checks = checks;
        this.journal = journal;
        this.witnessing = witnessing;
        this.random = random;
    }

    /** An entry to be written about a version or a name. */
    private record Change(String kind, List<String> keys, Optional<Digest> digest, JsonObject body) {

        /** That says of a version what it is and nothing else. */
        static Change about(Published published, String kind) {
            return new Change(
                    kind,
                    List.of(),
                    Optional.of(published.digest()),
                    BundleEntries.about(published).build());
        }
    }

    /** Makes a version decide, in place of the active one of its name. */
    Uni<Long> activate(Approver by, Digest digest) {
        Published published = find(digest);
        checks.requireMayDecide(policy.state(), published, by);
        return usable(published)
                .chain(engine -> policy.state()
                        .line(published.name().name())
                        .active()
                        .filter(active -> active.digest().equals(digest))
                        .map(active -> unchanged(active.index()))
                        .orElseGet(() -> record(by, now -> {
                            checks.requireFits(now, engine);
                            checks.requireMayDecide(now, published, by);
                            return new Change(
                                    BundleEntries.ACTIVATED,
                                    List.of(),
                                    Optional.of(digest),
                                    BundleEntries.activated(published));
                        })));
    }

    /** Ends the part of the active version: no version of its name decides any more. */
    Uni<Long> deactivate(Approver by, Digest digest) {
        Published published = find(digest);
        return record(by, now -> {
            requireIs(now.line(published.name().name()).active(), digest, "This version is not active.");
            return Change.about(published, BundleEntries.DEACTIVATED);
        });
    }

    /** Lets a version decide without effect, beside what decides. */
    Uni<Long> shadow(Approver by, Digest digest) {
        Published published = find(digest);
        return usable(published)
                .chain(engine -> record(by, now -> {
                    if (!now.stateOf(published).equals("inactive")) {
                        throw BundleChecks.conflict("This version is " + now.stateOf(published) + " already.");
                    }
                    checks.requireFits(now, engine);
                    return Change.about(published, BundleEntries.SHADOWED);
                }));
    }

    Uni<Long> unshadow(Approver by, Digest digest) {
        Published published = find(digest);
        return record(by, now -> {
            requireIs(now.line(published.name().name()).shadow(), digest, "This version is not in the shadow.");
            return Change.about(published, BundleEntries.UNSHADOWED);
        });
    }

    /** Records that somebody who did not publish it has looked at it, and would let it decide. */
    Uni<Long> approve(Approver by, Digest digest) {
        Published published = find(digest);
        checks.requireSomebodyElse(
                published, by, "Whoever published a bundle does not approve it. Ask another reviewer to look at it.");
        return usable(published)
                .chain(engine -> record(
                        by,
                        now -> new Change(
                                BundleEntries.APPROVED,
                                List.of(BundleEntries.approvedKey(published, by.name())),
                                Optional.of(digest),
                                BundleEntries.about(published)
                                        .put("person", by.person())
                                        .build())));
    }

    /**
     * Lets a version decide for a share of identities. Who is in stays in when the share grows.
     *
     * @param band percent points that it may be away from the rest; the gateway's own if empty
     */
    Uni<Long> canary(Approver by, Digest digest, int percent, OptionalInt band) {
        Published published = find(digest);
        checks.requireMayDecide(policy.state(), published, by);
        byte[] drawn = new byte[SALT_BYTES];
        random.nextBytes(drawn);
        return usable(published)
                .chain(engine -> record(by, now -> {
                    if (now.stateOf(published).equals("active")) {
                        throw BundleChecks.conflict("This version decides for everybody already.");
                    }
                    checks.requireFits(now, engine);
                    checks.requireMayDecide(now, published, by);
                    String salt = now.line(published.name().name())
                            .canary()
                            .filter(canary -> canary.digest().equals(digest))
                            .map(Canary::salt)
                            .orElseGet(() -> HexFormat.of().formatHex(drawn));
                    return new Change(
                            BundleEntries.CANARY,
                            List.of(),
                            Optional.of(digest),
                            BundleEntries.canary(published, percent, salt, band));
                }));
    }

    /** Ends the canary of a name if there is one; otherwise the version that was active before decides again. */
    Uni<Long> rollBack(Approver by, String name) {
        Line line = policy.state().line(name);
        Uni<Optional<PolicyEngine>> earlier = line.canary().isPresent()
                ? Uni.createFrom().item(Optional.empty())
                : usable(find(line.previous()
                                .orElseThrow(() -> new Problem(
                                        ProblemType.CONFLICT,
                                        "There is no version of this name to go back to. To end the active one, POST"
                                                + " /v1/policies/{digest}/deactivate. Nothing was recorded."))
                                .digest()))
                        .map(Optional::of);
        return earlier.chain(engine -> record(by, now -> rolledBack(now, line, now.line(name), engine)));
    }

    /** What was asked for is what was seen when it was asked: two people at once go back one step and not two. */
    private Change rolledBack(BundleState now, Line seen, Line line, Optional<PolicyEngine> engine) {
        if (!seen.equals(line)) {
            throw BundleChecks.conflict("Somebody has just changed which version decides. Look at it again.");
        }
        engine.ifPresent(earlier -> checks.requireFits(now, earlier));
        Optional<Activation> to = line.canary().isPresent() ? line.active() : line.previous();
        Activation ended = line.canary()
                .map(canary -> new Activation(canary.name(), canary.digest(), canary.index()))
                .or(line::active)
                .orElseThrow();
        return new Change(
                BundleEntries.ROLLED_BACK,
                line.canary().map(BundleEntries::canaryKey).stream().toList(),
                Optional.of(ended.digest()),
                BundleEntries.rolledBack(ended, to));
    }

    /** Says what bundles of a name may speak about from now on. */
    Uni<Long> scope(Actor by, String name, ToolScope tools) {
        return record(by, now -> {
            now.line(name).deciding().forEach(version -> requireWithin(now, version, tools));
            return new Change(BundleEntries.SCOPED, List.of(), Optional.empty(), BundleEntries.scope(name, tools));
        });
    }

    /** Takes the scope of a name away. */
    Uni<Long> unscope(Actor by, String name) {
        return record(by, now -> {
            if (!now.scopes().containsKey(name)) {
                throw new Problem(ProblemType.NOT_FOUND, "No scope is set for bundles of this name.");
            }
            return new Change(BundleEntries.SCOPED, List.of(), Optional.empty(), BundleEntries.unscoped(name));
        });
    }

    private void requireWithin(BundleState now, Activation version, ToolScope tools) {
        PolicyEngine engine = now.bundle(version.digest())
                .flatMap(compiled::engine)
                .orElseThrow(
                        () -> BundleChecks.conflict("The active version is not compiled here yet. Retry in a moment."));
        if (!engine.bundle().scope().isWithin(tools)) {
            throw BundleChecks.conflict("Version " + version.name().version() + " decides now, and its scope is "
                    + engine.bundle().scope() + ". Let a smaller one decide first, or deactivate it.");
        }
    }

    private static void requireIs(Optional<Activation> version, Digest digest, String otherwise) {
        if (version.filter(found -> found.digest().equals(digest)).isEmpty()) {
            throw BundleChecks.conflict(otherwise);
        }
    }

    /** @throws Problem if there is none */
    Published find(Digest digest) {
        return policy.state()
                .bundle(digest)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "There is no bundle with this digest. GET /v1/policies lists them."));
    }

    /** Its engine; fails with a {@link Problem} if it cannot decide. */
    Uni<PolicyEngine> usable(Published published) {
        return compiled.compile(published)
                .chain(result -> result.fold(
                        usable -> Uni.createFrom().item(usable.policy()),
                        unusable -> Uni.createFrom().failure(BundleChecks.unusable(unusable.problems()))));
    }

    private Uni<Long> unchanged(long index) {
        return witnessing.await(Witnessing.Operation.BUNDLES, index).replaceWith(index);
    }

    private Uni<Long> record(Approver by, Function<BundleState, Change> settling) {
        return record(Actor.of(by.principal()), settling);
    }

    private Uni<Long> record(Actor by, Function<BundleState, Change> settling) {
        Draft<Entry> draft = new Draft<>(Set.of(Topics.POLICY), journal.size(), since -> {
            Entry entry = entry(settling.apply(policy.state().after(since)));
            return new Settled<>(entry, List.of(), entry);
        });
        return journal.record(by, draft)
                .map(receipt -> receipt.fold(created -> created.recorded().index(), Receipt.Existing::index));
    }

    private Entry entry(Change change) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        change.digest().ifPresent(digest -> columns.put(Column.BUNDLE, digest.value()));
        return new Entry(
                change.kind(),
                journal.now(),
                change.keys(),
                Set.of(Topics.POLICY),
                columns,
                change.body(),
                "writ",
                List.of());
    }
}
