package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Said;
import dev.writ.gateway.origin.SeenTexts;
import dev.writ.model.Effect;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads from the log what an identity or a person has seen and written, page by page, the newest first, and no more than there is room for.
 * Calls that were not allowed brought it nothing, so they are not read.
 */
final class SightingReader {

    private static final int PAGE = 250;

    /** Of leaves and inputs at once. */
    private static final long PAGE_BYTES = 1L << 20;

    /** Entries that are read of what was seen, and again of what was written; what is older counts as forgotten. */
    private static final int MOST_ENTRIES = 4_000;

    /** What they may weigh, as often as what is kept of them: a result that was not watched weighs much and says nothing. */
    private static final int MOST_ROOMS = 16;

    private final AuditReader reader;
    private final long room;

    /** How an entry changes what is known. */
    @FunctionalInterface
    interface Fold {

        /**
         * With one more entry.
         *
         * @param room bytes that are kept of what was read, and as many of what was written
         */
        SeenTexts with(SeenTexts seen, Recorded recorded, long room);
    }

    SightingReader(AuditReader reader, long room) {
        this.reader = reader;
        this.room = room;
    }

    /**
     * What was read.
     *
     * @param lastSeen index of the newest entry of what was seen
     * @param lastWritten of what was written
     */
    record Read(SeenTexts seen, long lastSeen, long lastWritten) {

        long last() {
            return Math.max(lastSeen, lastWritten);
        }

        boolean has(Recorded recorded) {
            return recorded.index() <= (isWritten(recorded) ? lastWritten : lastSeen);
        }

        /** With one more entry; as it is if that is among them. The two kinds were read apart, so one may lag behind the other. */
        Read with(Recorded recorded, Fold fold, long room) {
            if (has(recorded)) {
                return this;
            }
            SeenTexts after = fold.with(seen, recorded, room);
            return isWritten(recorded)
                    ? new Read(after, lastSeen, recorded.index())
                    : new Read(after, recorded.index(), lastWritten);
        }

        private static boolean isWritten(Recorded recorded) {
            return recorded.entry().kind().equals(CallEntries.DECIDED);
        }
    }

    /** What all agents of a person wrote. */
    Uni<Read> written(String person, Fold fold) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.SUBJECT, person);
        return all(written(columns, fold)).map(written -> new Read(written.texts(), -1, written.last()));
    }

    /** What an identity has seen and written. */
    Uni<Read> read(Identity identity) {
        return all(seen(identity))
                .chain(seen -> all(written(columns(identity), Sightings::fold))
                        .map(written ->
                                new Read(seen.texts().then(written.texts(), room), seen.last(), written.last())));
    }

    private Uni<Pages> all(Pages pages) {
        return Multi.createBy()
                .repeating()
                .uni(() -> pages, this::next)
                .whilst(read -> !read.isEnough())
                .collect()
                .last();
    }

    private Uni<Pages> next(Pages pages) {
        return OnWorker.map(reader.page(pages.query(), pages.inputs, PAGE_BYTES), pages::add);
    }

    private Pages seen(Identity identity) {
        Set<String> kinds = new TreeSet<>(Said.KINDS);
        kinds.add(CallEntries.EXECUTED);
        kinds.add(CallEntries.REPORTED);
        Set<String> inputs = new TreeSet<>(Said.INPUTS);
        inputs.add(CallEntries.RESULT);
        return new Pages(columns(identity), kinds, inputs, Sightings::fold, SeenTexts::withGap);
    }

    private Pages written(Map<Column, String> whose, Fold fold) {
        Map<Column, String> columns = new EnumMap<>(whose);
        columns.put(Column.VERDICT, Effect.ALLOW.text());
        return new Pages(
                columns,
                Set.of(CallEntries.DECIDED),
                Set.of(CallEntries.FACTS),
                fold,
                // Of calls that were only decided, nobody saw what they brought.
                (seen, time) -> seen.withoutWrites(time).withGap(time));
    }

    private static Map<Column, String> columns(Identity identity) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.AGENT, identity.agent());
        columns.put(Column.SUBJECT, identity.pseudonym());
        return columns;
    }

    /** What was read so far: of each entry what it brought, and no more. */
    private final class Pages {
        private final Map<Column, String> columns;
        private final Set<String> kinds;
        private final Set<String> inputs;
        private final Fold fold;
        private final Forgetting forgetting;
        private final Deque<SeenTexts> oldestFirst = new ArrayDeque<>();
        private long to = Long.MAX_VALUE;
        private long last = -1;
        private long kept;
        private long read;
        private Instant oldest = Instant.MIN;
        private boolean isAll;

        Pages(Map<Column, String> columns, Set<String> kinds, Set<String> inputs, Fold fold, Forgetting forgetting) {
            this.columns = columns;
            this.kinds = kinds;
            this.inputs = inputs;
            this.fold = fold;
            this.forgetting = forgetting;
        }

        EntryQuery query() {
            return new EntryQuery(columns, kinds, 0, to, Optional.empty(), Optional.empty(), true, PAGE, true);
        }

        Pages add(AuditReader.Page page) {
            for (Recorded recorded : page.entries()) {
                if (isEnough()) {
                    return this;
                }
                SeenTexts brought = fold.with(SeenTexts.NONE, recorded, Long.MAX_VALUE);
                oldestFirst.addFirst(brought);
                kept += brought.weight();
                for (Input input : recorded.entry().inputs()) {
                    read += input.value().weight();
                }
                last = Math.max(last, recorded.index());
                to = recorded.index();
                oldest = recorded.entry().at();
            }
            isAll = page.isLast();
            return this;
        }

        boolean isEnough() {
            return isAll || kept > room || read > MOST_ROOMS * room || oldestFirst.size() >= MOST_ENTRIES;
        }

        long last() {
            return last;
        }

        SeenTexts texts() {
            SeenTexts seen = SeenTexts.NONE;
            for (SeenTexts brought : oldestFirst) {
                seen = seen.then(brought, room);
            }
            return isAll ? seen : forgetting.upTo(seen, oldest);
        }
    }

    /** How texts are known to be missing up to a time. */
    private interface Forgetting {
        SeenTexts upTo(SeenTexts seen, Instant time);
    }
}
