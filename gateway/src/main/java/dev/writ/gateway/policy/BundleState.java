package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.rules.ToolScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The bundles as the log says at one point: which were published, what each may speak about, and which decide. Immutable. */
final class BundleState {

    static final BundleState EMPTY = new BundleState(new TreeMap<>());

    private final NavigableMap<Long, Recorded> entries;
    private final Map<Digest, Published> published = new HashMap<>();
    private final SortedMap<String, Line> lines = new TreeMap<>();
    private final SortedMap<String, ToolScope> scopes = new TreeMap<>();
    private final Map<Digest, List<Step>> steps = new HashMap<>();

    /** Of all entries about bundles, in the order of the log. */
    private BundleState(NavigableMap<Long, Recorded> entries) {
        this.entries = entries;
        entries.values().forEach(this::fold);
    }

    /** With these entries too, in any order, whether or not they are in already. */
    BundleState after(Collection<Recorded> since) {
        List<Recorded> more = since.stream()
                .filter(recorded ->
                        BundleEntries.KINDS.contains(recorded.entry().kind()) && !entries.containsKey(recorded.index()))
                .toList();
        if (more.isEmpty()) {
            return this;
        }
        NavigableMap<Long, Recorded> all = new TreeMap<>(entries);
        more.forEach(recorded -> all.put(recorded.index(), recorded));
        return new BundleState(all);
    }

    private void fold(Recorded recorded) {
        BundleEntries.readPublished(recorded).ifPresent(bundle -> published.putIfAbsent(bundle.digest(), bundle));
        BundleEntries.readScope(recorded).ifPresent(this::grant);
        BundleEntries.digest(recorded)
                .ifPresent(digest ->
                        steps.computeIfAbsent(digest, none -> new ArrayList<>()).add(new Step(recorded)));
        BundleEntries.ended(recorded)
                .ifPresent(digest ->
                        steps.computeIfAbsent(digest, none -> new ArrayList<>()).add(new Step(recorded)));
        if (BundleEntries.replacesAll(recorded)) {
            lines.clear();
        }
        String name = BundleEntries.name(recorded).name();
        lines.put(name, BundleEntries.change(recorded, line(name)));
    }

    private void grant(BundleEntries.Grant grant) {
        grant.tools().ifPresentOrElse(tools -> scopes.put(grant.name(), tools), () -> scopes.remove(grant.name()));
    }

    Optional<Published> bundle(Digest digest) {
        return Optional.ofNullable(published.get(digest));
    }

    /** What became of that version, oldest first. */
    List<Step> steps(Digest digest) {
        return Collections.unmodifiableList(steps.getOrDefault(digest, List.of()));
    }

    Line line(String name) {
        return lines.getOrDefault(name, Line.EMPTY);
    }

    Collection<Line> lines() {
        return Collections.unmodifiableCollection(lines.values());
    }

    /** The active version of each name that has one, by name. */
    List<Activation> active() {
        return lines.values().stream().flatMap(line -> line.active().stream()).toList();
    }

    /** What decides for that identity, by name. */
    List<Activation> decidingFor(String identity) {
        return lines.values().stream()
                .flatMap(line -> line.decidesFor(identity).stream())
                .toList();
    }

    /** Every version that decides for somebody, or would, by name. */
    List<Activation> inUse() {
        return lines.values().stream()
                .flatMap(line -> Stream.concat(line.deciding(), line.shadow().stream()))
                .toList();
    }

    /** What an administrator lets the bundle of each name speak about. */
    SortedMap<String, ToolScope> scopes() {
        return Collections.unmodifiableSortedMap(scopes);
    }

    /** Who approved that version. */
    Stream<Step> approvals(Digest digest) {
        return steps(digest).stream().filter(step -> step.kind().equals(BundleEntries.APPROVED));
    }

    /** {@code active}, {@code canary}, {@code shadow} or {@code inactive}. */
    String stateOf(Published bundle) {
        Line line = line(bundle.name().name());
        if (line.active()
                .filter(active -> active.digest().equals(bundle.digest()))
                .isPresent()) {
            return "active";
        }
        if (line.canary()
                .filter(canary -> canary.digest().equals(bundle.digest()))
                .isPresent()) {
            return "canary";
        }
        return line.shadow()
                        .filter(shadow -> shadow.digest().equals(bundle.digest()))
                        .isPresent()
                ? "shadow"
                : "inactive";
    }

    /** All that were published, newest first. */
    List<Published> newestFirst() {
        return published.values().stream()
                .sorted(Comparator.comparingLong(Published::index).reversed())
                .toList();
    }
}
