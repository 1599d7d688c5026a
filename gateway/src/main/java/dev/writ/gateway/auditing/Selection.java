package dev.writ.gateway.auditing;

import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
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

    Selection containing(Optional<SearchedText> searched) {
        return new Selection(columns, kinds, since, until, searched);
    }

    Selection between(Instant from, Instant to) {
        return new Selection(columns, kinds, Optional.of(from), Optional.of(to), text);
    }

    EntryQuery within(long from, long to, boolean newestFirst, int limit) {
        return new EntryQuery(columns, kinds, from, to, since, until, newestFirst, limit, false);
    }

    /** As an entry may hold it: the text, which may be anything, only as that keyed digest. */
    JsonObject json(Optional<String> textMac) {
        JsonObject.Builder json = JsonObject.builder();
        columns.forEach((column, value) -> json.put(column.text(), value));
        if (!kinds.isEmpty()) {
            json.put("kind", JsonArray.ofTexts(kinds));
        }
        return json.put("from", since.map(Instant::toString))
                .put("to", until.map(Instant::toString))
                .put("qMac", textMac)
                .build();
    }

    /** Two selections of different entries have different ones. */
    Digest digest() {
        String all = json(text.map(SearchedText::value)).toJson();
        return Digest.of(all.getBytes(StandardCharsets.UTF_8));
    }
}
