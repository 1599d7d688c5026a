package dev.writ.gateway.console;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogVerifierKey;
import dev.writ.gateway.auditing.Entries;
import dev.writ.gateway.call.Explanation;
import dev.writ.model.Digest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a page says of an entry, for the script in the browser to compare with the entry that is proved.
 *
 * @param at as leaves have it
 * @param keys verifier keys of the log, one a line, those that sign it now first
 */
record ProofView(
        long index,
        String leafHash,
        String kind,
        String at,
        String call,
        String verdict,
        String tool,
        String agent,
        String rule,
        String keys) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Of the deciding entry of a call. */
    static ProofView of(Explanation call, LogKeys keys) {
        Explanation.Decision decision = call.decisions().get(call.decisions().size() - 1);
        return new ProofView(
                decision.index(),
                call.entries().stream()
                        .filter(step -> step.index() == decision.index())
                        .map(Explanation.Step::leafHash)
                        .findFirst()
                        .orElseThrow(),
                "DECIDED",
                text(decision.at()),
                call.call(),
                decision.verdict(),
                call.tool(),
                call.agent(),
                decision.rule().orElse(""),
                text(keys));
    }

    static ProofView of(Entries.One one, LogKeys keys) {
        Entry entry = one.leaf().entry();
        return new ProofView(
                one.index(),
                Digest.fromBytes(one.leaf().hash()).value(),
                entry.kind(),
                text(entry.at()),
                column(entry, Column.CALL),
                column(entry, Column.VERDICT),
                column(entry, Column.TOOL),
                column(entry, Column.AGENT),
                column(entry, Column.RULE),
                text(keys));
    }

    public String url() {
        return LogPage.proof(index);
    }

    private static String column(Entry entry, Column column) {
        return Optional.of(entry).flatMap(of -> of.column(column)).orElse("");
    }

    private static String text(Instant at) {
        return TIME.format(at);
    }

    private static String text(LogKeys keys) {
        return keys.all().stream().map(LogVerifierKey::vkey).collect(Collectors.joining("\n"));
    }
}
