package dev.writ.gateway.policy;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What comparisons found, as the log has it. */
@ApplicationScoped
public class Flips {

    private static final int PAGE = 200;
    private static final int MOST_PAGES = 100;

    private final AuditReader reader;

    Flips(AuditReader reader) {
        this.reader = reader;
    }

    /**
     * What a call comes to.
     *
     * @param rule that decides first; absent if none spoke
     */
    public record Side(String effect, Optional<String> rule) {}

    /**
     * A call that comes out otherwise.
     *
     * @param index of its decision
     */
    public record Call(String call, long index, String tool) {}

    /**
     * Flips of one rule in one direction.
     *
     * @param without what these calls come to without the version, and {@code with} what with it
     * @param calls the newest of them
     */
    public record Group(Side without, Side with, long count, List<Call> calls) {}

    /**
     * What comparing a version found so far.
     *
     * @param compared calls
     * @param dropped calls that could not be compared
     * @param complete whether these are all; false if there were too many to read at once, and then the newest
     */
    public record Listing(String digest, long compared, long dropped, boolean complete, List<Group> groups) {}

    /** The flips of a version, with so many calls of each group, the largest group first. */
    Uni<Listing> of(Digest digest, int calls) {
        return read(digest, Long.MAX_VALUE, 1, new ArrayList<>()).map(entries -> listing(digest, entries, calls));
    }

    private Uni<List<Recorded>> read(Digest digest, long below, int page, List<Recorded> found) {
        EntryQuery query = new EntryQuery(
                Map.of(Column.BUNDLE, digest.value()),
                Set.of(ComparisonLog.KIND),
                0,
                below,
                Optional.empty(),
                Optional.empty(),
                true,
                PAGE,
                false);
        return reader.list(query).chain(entries -> {
            found.addAll(entries);
            return entries.size() < PAGE || page >= MOST_PAGES
                    ? Uni.createFrom().item(found)
                    : read(digest, entries.get(entries.size() - 1).index(), page + 1, found);
        });
    }

    private static Listing listing(Digest digest, List<Recorded> entries, int calls) {
        Map<List<Side>, List<Call>> groups = new LinkedHashMap<>();
        entries.stream()
                .flatMap(entry -> Flip.of(entry.entry().body()).stream())
                .sorted(Comparator.comparingLong(Flip::index).reversed())
                .forEach(flip -> groups.computeIfAbsent(
                                List.of(side(flip.without()), side(flip.with())), none -> new ArrayList<>())
                        .add(new Call(flip.call(), flip.index(), flip.tool())));
        return new Listing(
                digest.value(),
                sum(entries, "compared"),
                sum(entries, "dropped"),
                entries.size() < PAGE * MOST_PAGES,
                groups.entrySet().stream()
                        .map(group -> new Group(
                                group.getKey().get(0),
                                group.getKey().get(1),
                                group.getValue().size(),
                                group.getValue().stream().limit(calls).toList()))
                        .sorted(Comparator.comparingLong(Group::count).reversed())
                        .toList());
    }

    private static Side side(Flip.Side side) {
        return new Side(side.effect(), side.rule());
    }

    private static long sum(List<Recorded> entries, String member) {
        return entries.stream()
                .map(entry -> entry.entry().body())
                .mapToLong(body -> number(body, member))
                .sum();
    }

    private static long number(JsonObject body, String member) {
        return body.number(member).map(BigDecimal::longValue).orElse(0L);
    }
}
