package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.envelope.EnvelopeUses;
import dev.writ.model.Digest;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.History;
import dev.writ.model.JsonArray;
import dev.writ.model.Scope;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Goes through a range of the log and puts together what each decision was made from, as it was then. Histories that began before
 * the range are read from the log when their identity first occurs in it. Used by one caller at a time.
 */
final class Timeline {

    /** Nothing else of what an entry says is part of the facts. */
    private static final Set<String> INPUTS = Set.of(CallEntries.FACTS, CallEntries.EXTRACTS);

    /** What a tool's definition was, by digest. */
    @FunctionalInterface
    interface Definitions {
        Uni<List<ToolDefinition>> read(Collection<Digest> digests);
    }

    /**
     * How much is read at once.
     *
     * @param entries most of them
     * @param bytes of leaves and inputs
     * @param isAhead whether the next page is read while this one is looked at
     */
    record Pages(int entries, long bytes, boolean isAhead) {

        static final Pages USUAL = new Pages(2_000, 4L << 20, true);
    }

    private final AuditReader reader;
    private final Definitions definitions;
    private final Pages pages;
    private final Histories histories;
    private final RecordedDecisions.Looking looking;
    private final Set<Scope> followed = EnumSet.noneOf(Scope.class);

    /** Followed only since some page that was not the first. */
    private final Set<Scope> late = EnumSet.noneOf(Scope.class);

    private final long from;
    private final long to;
    private final Map<Whose, History> known;
    private final Map<Digest, ToolDefinition> tools = new HashMap<>();
    private boolean hasForgotten;
    private long at;

    /** The page at that index, if it is being read already. */
    private Optional<Uni<AuditReader.Page>> ahead = Optional.empty();

    Timeline(
            AuditReader reader,
            Definitions definitions,
            Histories histories,
            CallConfig config,
            RecordedDecisions.Looking looking,
            Pages pages,
            long from,
            long to) {
        this.reader = reader;
        this.pages = pages;
        this.definitions = definitions;
        this.histories = histories;
        this.looking = looking;
        this.from = from;
        this.to = to;
        this.at = from;
        this.known = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Whose, History> eldest) {
                hasForgotten |= size() > config.histories();
                return size() > config.histories();
            }
        };
    }

    Uni<RecordedDecisions.Page> next() {
        return ahead.orElseGet(() -> read(at)).chain(read -> {
            List<Recorded> page = read.entries();
            at = read.isLast() ? to : page.get(page.size() - 1).index() + 1;
            ahead = pages.isAhead() && at < to ? Optional.of(begun(read(at))) : Optional.empty();
            return OnWorker.map(
                    follow(page)
                            .chain(() -> histories(page))
                            .chain(() -> definitions(page))
                            .chain(() -> grants(page)),
                    grants -> new RecordedDecisions.Page(decisions(page, grants), at));
        });
    }

    private Uni<AuditReader.Page> read(long first) {
        EntryQuery query = new EntryQuery(
                Map.of(),
                CallEntries.KINDS,
                first,
                to,
                Optional.empty(),
                Optional.empty(),
                false,
                pages.entries(),
                true);
        return reader.page(query, INPUTS, pages.bytes());
    }

    /** Under way from now on; if it fails, whoever asks for it is told. */
    private static <T> Uni<T> begun(Uni<T> read) {
        Uni<T> once = read.memoize().indefinitely();
        once.subscribe().with(done -> {}, failure -> {});
        return once;
    }

    /** From here on what the bundles that decided these look back at, too. */
    private Uni<Void> follow(List<Recorded> page) {
        Set<List<String>> bundles = page.stream()
                .map(Recorded::entry)
                .filter(entry -> entry.kind().equals(CallEntries.DECIDED))
                .map(RecordedFacts::bundles)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return looking.back(bundles)
                .invoke(scopes -> {
                    boolean isFirst = known.isEmpty() && followed.isEmpty();
                    scopes.stream()
                            .filter(followed::add)
                            .filter(scope -> !isFirst)
                            .forEach(late::add);
                })
                .replaceWithVoid();
    }

    private Uni<Void> histories(List<Recorded> page) {
        Map<Whose, Long> unknown = new LinkedHashMap<>();
        page.forEach(recorded -> followed(recorded.entry()).stream()
                .filter(whose -> !known.containsKey(whose))
                .forEach(whose -> unknown.putIfAbsent(whose, recorded.index())));
        return Multi.createFrom()
                .iterable(unknown.entrySet())
                .onItem()
                .transformToUniAndConcatenate(first ->
                        before(first.getKey(), first.getValue()).invoke(history -> known.put(first.getKey(), history)))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** All whose history it belongs to, and that are followed. */
    private Set<Whose> followed(Entry entry) {
        return Identity.of(entry)
                .map(identity -> followed.stream()
                        .map(scope -> Whose.of(scope, identity, CallEntries.tool(entry)))
                        .collect(Collectors.toUnmodifiableSet()))
                .orElse(Set.of());
    }

    private Uni<History> before(Whose whose, long index) {
        return from == 0 && !hasForgotten && late.isEmpty()
                ? Uni.createFrom().item(History.empty())
                : histories.before(whose, index);
    }

    private Uni<Void> definitions(List<Recorded> page) {
        Set<Digest> unknown = page.stream()
                .flatMap(recorded -> RecordedFacts.definition(recorded.entry()).stream())
                .filter(digest -> !tools.containsKey(digest))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return unknown.isEmpty()
                ? Uni.createFrom().voidItem()
                : definitions
                        .read(unknown)
                        .invoke(read -> read.forEach(tool -> tools.put(tool.digest(), tool)))
                        .replaceWithVoid();
    }

    /** What people had granted, by index of the decision that was made then. */
    private Uni<Map<Long, List<Grant>>> grants(List<Recorded> page) {
        Map<Long, List<Grant>> found = new HashMap<>();
        return Multi.createFrom()
                .iterable(page)
                .filter(recorded -> CallEntries.waited(recorded.entry()).isPresent())
                .onItem()
                .transformToUniAndConcatenate(
                        decided -> grants(decided).invoke(grants -> found.put(decided.index(), grants)))
                .collect()
                .last()
                .replaceWith(found);
    }

    private Uni<List<Grant>> grants(Recorded decided) {
        return reader.ofCall(CallEntries.call(decided.entry()).toString(), Set.of())
                .map(entries -> Approval.of(entries.stream()
                                .filter(entry -> entry.index() < decided.index())
                                .toList())
                        .map(approval -> CountedGrants.of(decided.entry(), approval.grants()))
                        .orElse(List.of()));
    }

    private List<RecordedDecision> decisions(List<Recorded> page, Map<Long, List<Grant>> grants) {
        List<RecordedDecision> decisions = new ArrayList<>();
        for (Recorded recorded : page) {
            if (recorded.entry().kind().equals(CallEntries.DECIDED)) {
                decisions.add(decision(recorded, all(recorded, grants.getOrDefault(recorded.index(), List.of()))));
            }
            followed(recorded.entry())
                    .forEach(whose ->
                            known.computeIfPresent(whose, (same, before) -> histories.next(whose, before, recorded)));
        }
        return decisions;
    }

    /** With what people had granted by envelopes, which stands in the entry itself. */
    private static List<Grant> all(Recorded decided, List<Grant> given) {
        List<Grant> all = new ArrayList<>(given);
        all.addAll(EnvelopeUses.seenBy(decided.entry()));
        return all;
    }

    private RecordedDecision decision(Recorded recorded, List<Grant> grants) {
        Entry entry = recorded.entry();
        Effect effect = CallEntries.effect(entry);
        return new RecordedDecision(
                recorded.index(),
                CallEntries.call(entry),
                RecordedFacts.definition(entry)
                        .flatMap(digest -> Optional.ofNullable(tools.get(digest)))
                        .filter(tool -> known.keySet().containsAll(followed(entry)))
                        .flatMap(tool -> facts(entry, tool, grants)),
                effect,
                entry.body().array("verdicts").orElseGet(() -> new JsonArray(List.of())),
                RecordedFacts.bundles(entry));
    }

    private Optional<Facts> facts(Entry entry, ToolDefinition tool, List<Grant> grants) {
        Map<Scope, History> seen = new EnumMap<>(Scope.class);
        for (Scope scope : followed) {
            Whose whose = Whose.of(scope, Identity.of(entry).orElseThrow(), CallEntries.tool(entry));
            History before = histories.seen(whose, known.getOrDefault(whose, History.UNKNOWN));
            seen.put(
                    scope,
                    CallEntries.waited(entry)
                            .map(waited -> before.without(CallEntries.tool(entry), waited))
                            .orElse(before));
        }
        History own = Optional.ofNullable(seen.remove(Scope.IDENTITY)).orElse(History.UNKNOWN);
        return RecordedFacts.of(entry, tool, own, seen, grants);
    }
}
