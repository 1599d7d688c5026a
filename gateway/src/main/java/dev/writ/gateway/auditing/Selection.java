package dev.writ.gateway.auditing;

import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Pseudonyms;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which entries are meant, whatever part of the log is looked at.
 *
 * @param columns those of persons as pseudonyms
 * @param since inclusive
 * @param until exclusive
 * @param text to be found in them
 */
record Selection(
        Map<Column, String> columns,
        Set<String> kinds,
        Optional<Instant> since,
        Optional<Instant> until,
        Optional<SearchedText> text) {

    /** Those whose values are pseudonyms, or a few words. */
    private static final Set<Column> NAMES_NOBODY = Set.of(Column.SUBJECT, Column.VERDICT);

    private static final String PURPOSE = "search";

    Selection containing(Optional<SearchedText> searched) {
        return new Selection(columns, kinds, since, until, searched);
    }

    Selection between(Instant from, Instant to) {
        return new Selection(columns, kinds, Optional.of(from), Optional.of(to), text);
    }

    EntryQuery within(long from, long to, boolean newestFirst, int limit) {
        return new EntryQuery(columns, kinds, from, to, since, until, newestFirst, limit, false);
    }

    /**
     * As an entry may hold it, for ever: what was typed may name anybody, so of it only keyed digests, and of persons the
     * pseudonyms.
     */
    JsonObject json(Pseudonyms pseudonyms) {
        JsonObject.Builder json = JsonObject.builder();
        columns.forEach((column, value) -> {
            if (NAMES_NOBODY.contains(column)) {
                json.put(column.text(), value);
            } else {
                json.put(column.text() + "Mac", pseudonyms.mac(PURPOSE, value));
            }
        });
        json.put("qMac", text.map(searched -> pseudonyms.mac(PURPOSE, searched.value())));
        return withKindsAndTimes(json);
    }

    private JsonObject withKindsAndTimes(JsonObject.Builder json) {
        if (!kinds.isEmpty()) {
            json.put("kind", JsonArray.ofTexts(kinds));
        }
        return json.put("from", since.map(Instant::toString))
                .put("to", until.map(Instant::toString))
                .build();
    }

    /** Two selections of different entries have different ones. */
    Digest digest() {
        JsonObject.Builder json = JsonObject.builder();
        columns.forEach((column, value) -> json.put(column.text(), value));
        json.put("q", text.map(SearchedText::value));
        return Digest.of(withKindsAndTimes(json).toJson().getBytes(StandardCharsets.UTF_8));
    }
}
