package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.catalog.ToolDefinitions;
import dev.writ.model.Digest;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.History;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collections;
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

    private static final int PAGE = 500;

    private final AuditReader reader;
    private final ToolDefinitions definitions;
    private final CallConfig config;
    private final long from;
    private final long to;
    private final Map<Identity, History> histories;
    private final Map<Digest, ToolDefinition> tools = new HashMap<>();
    private long at;

    Timeline(AuditReader reader, ToolDefinitions definitions, CallConfig config, long from, long to) {
        this.reader = reader;
        this.definitions = definitions;
        this.config = config;
        this.from = from;
        this.to = to;
        this.at = from;
        this.histories = new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Identity, History> eldest) {
                return size() > config.histories();
            }
        };
    }

    Uni<RecordedDecisions.Page> next() {
        return reader.find(entries(Map.of(), at, to, false, PAGE)).chain(page -> {
            boolean last = page.size() < PAGE;
            at = last ? to : page.get(page.size() - 1).index() + 1;
            return histories(page)
                    .chain(() -> definitions(page))
                    .chain(() -> grants(page))
                    .map(grants -> new RecordedDecisions.Page(decisions(page, grants), at));
        });
    }

    private static EntryQuery entries(Map<Column, String> columns, long from, long to, boolean newestFirst, int limit) {
        return new EntryQuery(
                columns, CallEntries.KINDS, from, to, Optional.empty(), Optional.empty(), newestFirst, limit, true);
    }

    private Uni<Void> histories(List<Recorded> page) {
        Map<Identity, Long> unknown = new LinkedHashMap<>();
        page.forEach(recorded -> Identity.of(recorded.entry())
                .filter(identity -> !histories.containsKey(identity))
                .ifPresent(identity -> unknown.putIfAbsent(identity, recorded.index())));
        return Multi.createFrom()
                .iterable(unknown.entrySet())
                .onItem()
                .transformToUniAndConcatenate(first -> before(first.getKey(), first.getValue())
                        .invoke(history -> histories.put(first.getKey(), history)))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** The history that an identity had at an index. */
    private Uni<History> before(Identity identity, long index) {
        if (from == 0 && histories.size() < config.histories()) {
            return Uni.createFrom().item(History.empty());
        }
        Map<Column, String> columns = Map.of(Column.AGENT, identity.agent(), Column.SUBJECT, identity.pseudonym());
        // Each call has two entries.
        int limit = 2 * config.historyLength();
        return reader.find(entries(columns, 0, index, true, limit)).map(newestFirst -> {
            List<Recorded> ordered = new ArrayList<>(newestFirst);
            Collections.reverse(ordered);
            History history = History.empty();
            for (Recorded recorded : ordered) {
                history = Histories.fold(history, recorded);
            }
            return ordered.size() < limit
                    ? history
                    : history.truncatedBefore(ordered.get(0).entry().at().plusNanos(1_000));
        });
    }

    private Uni<Void> definitions(List<Recorded> page) {
        Set<Digest> unknown = page.stream()
                .flatMap(recorded -> definition(recorded.entry()).stream())
                .filter(digest -> !tools.containsKey(digest))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return unknown.isEmpty()
                ? Uni.createFrom().voidItem()
                : definitions
                        .read(unknown)
                        .invoke(read -> read.forEach(tool -> tools.put(tool.digest(), tool)))
                        .replaceWithVoid();
    }

    private static Optional<Digest> definition(Entry entry) {
        return entry.body().text("definition").filter(Digest::isWellFormed).map(Digest::new);
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
        Set<Long> counted = decided.entry().body().array("grants").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonNumber.class::isInstance)
                .map(number -> ((JsonNumber) number).value().longValueExact())
                .collect(Collectors.toSet());
        return reader.ofCall(CallEntries.call(decided.entry()).toString(), Set.of())
                .map(entries -> Approval.of(entries.stream()
                                .filter(entry -> entry.index() < decided.index())
                                .toList())
                        .map(Approval::grants)
                        .orElse(List.of())
                        .stream()
                        .filter(grant -> counted.contains(grant.index()))
                        .toList());
    }

    private List<RecordedDecision> decisions(List<Recorded> page, Map<Long, List<Grant>> grants) {
        List<RecordedDecision> decisions = new ArrayList<>();
        for (Recorded recorded : page) {
            Identity identity = Identity.of(recorded.entry()).orElseThrow();
            History before = histories.getOrDefault(identity, History.UNKNOWN);
            if (recorded.entry().kind().equals(CallEntries.DECIDED)) {
                decisions.add(decision(recorded, before, grants.getOrDefault(recorded.index(), List.of())));
            }
            histories.put(identity, Histories.fold(before, recorded));
        }
        return decisions;
    }

    private RecordedDecision decision(Recorded recorded, History before, List<Grant> grants) {
        Entry entry = recorded.entry();
        Effect effect = CallEntries.effect(entry);
        return new RecordedDecision(
                recorded.index(),
                CallEntries.call(entry),
                definition(entry)
                        .flatMap(digest -> Optional.ofNullable(tools.get(digest)))
                        .flatMap(tool -> CallEntries.input(entry, CallEntries.FACTS)
                                .map(facts -> facts(entry, facts, tool, before, grants))),
                effect,
                entry.body().array("verdicts").orElseGet(() -> new JsonArray(List.of())),
                entry.column(Column.BUNDLE),
                entry.body().text("engine").orElse(""));
    }

    private static Facts facts(Entry entry, JsonObject facts, ToolDefinition tool, History before, List<Grant> grants) {
        ToolCall call = new ToolCall(
                CallEntries.call(entry),
                Optional.empty(),
                CallEntries.tool(entry),
                facts.object("arguments").orElse(JsonObject.empty()),
                entry.column(Column.SESSION),
                facts.text("purpose"));
        Principal principal = new Principal(
                entry.column(Column.AGENT).orElseThrow(),
                facts.text("onBehalfOf"),
                entry.body().text("client").orElse(""),
                facts.array("actorChain").map(JsonArray::texts).orElse(List.of()),
                entry.body().array("roles").map(JsonArray::texts).orElse(List.of()).stream()
                        .map(Role::parse)
                        .collect(Collectors.toSet()),
                entry.body().text("assurance").orElse(""));
        History earlier = CallEntries.waited(entry)
                .map(waited -> before.without(call.tool(), waited))
                .orElse(before);
        return new Facts(call, principal, tool, earlier, grants, entry.at());
    }
}
