package dev.writ.gateway.catalog;

import dev.writ.gateway.catalog.Deviation.Kind;
import dev.writ.gateway.catalog.Deviation.Reason;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * A definition in quarantine, as the log says.
 *
 * @param own as the server calls it
 * @param tool what it is called inside, if it can be called
 * @param digest of the definition that is held
 * @param index of the entry that holds it, with both definitions
 * @param changed index of the newest entry about it
 * @param returned the server offers again what is pinned
 * @param rejected an operator has looked at it and wants what is pinned
 */
record Held(
        Kind kind,
        String own,
        Optional<ToolName> tool,
        Reason reason,
        Digest digest,
        long index,
        long changed,
        boolean returned,
        boolean rejected) {

    String key() {
        return Deviation.key(kind, own);
    }

    /**
     * Whether calls are denied. A definition that was never pinned cannot be called anyway. A tool that was gone and is back as it was
     * pinned needs nobody; one that was something else meanwhile waits until somebody has looked, though it is back.
     */
    boolean denies() {
        return reason != Reason.ADDED && !(returned && (rejected || reason == Reason.GONE));
    }

    /** Whether there is anything left to decide. */
    boolean isOpen() {
        return !returned || (denies() && reason != Reason.ADDED);
    }

    String state() {
        if (rejected) {
            return "rejected";
        }
        return returned ? "returned" : "pending";
    }

    Held returnedAt(long entry) {
        return new Held(kind, own, tool, reason, digest, index, entry, true, rejected);
    }

    Held rejectedAt(long entry) {
        return new Held(kind, own, tool, reason, digest, index, entry, returned, true);
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("kind", kind.text())
                .put("name", own)
                .put("tool", tool.map(ToolName::value))
                .put("reason", reason.text())
                .put("digest", digest.value())
                .put("index", index)
                .put("changed", changed)
                .put("returned", returned)
                .put("rejected", rejected)
                .build();
    }

    static Held fromJson(JsonObject json) {
        return new Held(
                kind(json),
                json.text("name").orElseThrow(),
                json.text("tool").map(ToolName::parse),
                reason(json),
                new Digest(json.text("digest").orElseThrow()),
                json.number("index").map(BigDecimal::longValueExact).orElseThrow(),
                json.number("changed").map(BigDecimal::longValueExact).orElseThrow(),
                json.isTrue("returned"),
                json.isTrue("rejected"));
    }

    static Kind kind(JsonObject json) {
        return Kind.valueOf(json.text("kind").orElseThrow().toUpperCase(Locale.ROOT));
    }

    static Reason reason(JsonObject json) {
        return Reason.valueOf(json.text("reason").orElseThrow().toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "Held[" + kind + ", " + reason + ", " + index + "]";
    }
}
