package dev.writ.gateway.console;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Verification;
import dev.writ.gateway.export.Forwarders;
import dev.writ.gateway.retention.Holds;
import dev.writ.gateway.witness.Witnesses;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the log does, as this replica knows it.
 *
 * @param head the newest durable checkpoint
 * @param witnessed the newest that a quorum has cosigned
 * @param isWritable whether it takes entries; it does not if something was found that is not what was signed
 * @param isVerified whether the verification in the background works
 * @param exports the newest first
 * @param keys that sign it, and those that did
 * @param base URL of the gateway, without a slash at the end
 */
record LogView(
        Checkpoint head,
        Optional<Checkpoint> witnessed,
        List<Witnesses.Standing> witnesses,
        boolean isWritable,
        boolean isVerified,
        Optional<Verification.Pass> pass,
        List<Forwarders.Standing> forwarders,
        List<Export> exports,
        List<Holds.Hold> holds,
        List<LogVerifierKey> keys,
        String base) {

    /** An export that was begun. What its entry does not say is empty. */
    record Export(long index, Instant at, String by, String format, String from, String to) {

        static Export of(Recorded recorded) {
            Entry entry = recorded.entry();
            return new Export(
                    recorded.index(),
                    entry.at(),
                    entry.column(Column.AGENT).orElse(""),
                    entry.body().text("format").orElse(""),
                    number(entry, "from"),
                    number(entry, "to"));
        }

        private static String number(Entry entry, String name) {
            return entry.body()
                    .number(name)
                    .map(number -> number.toBigInteger().toString())
                    .orElse("");
        }
    }

    /** Whether somebody can fetch the files of that export here. */
    public boolean hasFilesFor(Export export, String somebody) {
        return export.by().equals(somebody) && !export.format().equals("tiles");
    }

    /** How many entries the newest witnessed checkpoint does not cover yet. */
    public long behind() {
        return head.size() - witnessed.map(Checkpoint::size).orElse(0L);
    }

    /** What tells the verifier to trust these keys and no others. */
    public String vkeyOptions() {
        return keys.stream().map(key -> "--vkey '" + key.vkey() + "'").collect(Collectors.joining(" "));
    }

    /** How long the last pass took. */
    public String took() {
        return pass.map(last -> Frame.length(last.took())).orElse("");
    }
}
