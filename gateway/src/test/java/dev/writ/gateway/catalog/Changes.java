package dev.writ.gateway.catalog;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.catalog.Deviation.Kind;
import dev.writ.gateway.catalog.Deviation.Reason;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Changes that a server of the {@link Bank} could make. */
final class Changes {

    private Changes() {}

    static JsonObject definition(String own, String description) {
        return JsonObject.builder()
                .put("name", own)
                .put("description", description)
                .build();
    }

    static Deviation changed(String own) {
        return changed(own, "new");
    }

    static Deviation changed(String own, String description) {
        return new Deviation(
                Kind.TOOL,
                own,
                Reason.CHANGED,
                Optional.of(definition(own, "old")),
                Optional.of(definition(own, description)));
    }

    static Deviation card() {
        return new Deviation(
                Kind.CARD,
                "https://bank.example/.well-known/agent-card.json",
                Reason.CHANGED,
                Optional.of(definition("bank", "old")),
                Optional.of(definition("bank", "new")));
    }

    static Deviation added(String own) {
        return new Deviation(Kind.TOOL, own, Reason.ADDED, Optional.empty(), Optional.of(definition(own, "new")));
    }

    static Deviation gone(String own) {
        return new Deviation(Kind.TOOL, own, Reason.GONE, Optional.of(definition(own, "old")), Optional.empty());
    }

    static Deviation settled(String own) {
        return new Deviation(Kind.TOOL, own, Reason.SETTLED, Optional.empty(), Optional.empty());
    }

    static Recorded quarantined(long index, long pinnedAt, Deviation deviation) {
        return recorded(index, QuarantineEntries.quarantined("bank", pinnedAt, deviation, pinnedAt, Bank.NOON));
    }

    static Recorded returned(long index, long pinnedAt, Held held) {
        return recorded(index, QuarantineEntries.returned("bank", pinnedAt, held, Bank.NOON));
    }

    static Recorded rejected(long index, long pinnedAt, Held held) {
        return recorded(index, QuarantineEntries.rejected("bank", pinnedAt, held, "no", Bank.NOON));
    }

    static Recorded recorded(long index, Entry entry) {
        return new Recorded(index, Digest.of(("leaf " + index).getBytes(StandardCharsets.UTF_8)), entry);
    }
}
