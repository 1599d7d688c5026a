package dev.writ.gateway.console;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import java.time.Instant;

/**
 * One entry of the log in a list. What it does not have is empty; all texts are hostile.
 *
 * @param url of its decision, or of the entry itself
 */
record EntryLine(
        long index,
        Instant at,
        String kind,
        String verdict,
        String agent,
        String tool,
        String rule,
        String reason,
        String session,
        String url) {

    static EntryLine of(Recorded recorded) {
        Entry entry = recorded.entry();
        boolean isDecision = entry.kind().equals("DECIDED");
        return new EntryLine(
                recorded.index(),
                entry.at(),
                entry.kind(),
                entry.column(Column.VERDICT).orElse(""),
                entry.column(Column.AGENT).orElse(""),
                entry.column(Column.TOOL).orElse(""),
                entry.column(Column.RULE).orElse(""),
                entry.body().text("reason").orElse(""),
                entry.column(Column.SESSION).orElse(""),
                isDecision
                        ? entry.column(Column.CALL)
                                .map(call -> DecisionsPage.PATH + "/" + call)
                                .orElse(LogPage.entry(recorded.index()))
                        : LogPage.entry(recorded.index()));
    }

    /** The class that its verdict is shown with. */
    public String tone() {
        return VerdictTone.of(verdict);
    }

    /** Enough of the session to tell sessions of a list apart. */
    public String sessionStart() {
        return session.substring(
                0, session.offsetByCodePoints(0, Math.min(8, session.codePointCount(0, session.length()))));
    }

    public boolean isDecision() {
        return kind.equals("DECIDED");
    }
}
