package dev.writ.gateway.catalog;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.catalog.Deviation.Kind;
import dev.writ.gateway.catalog.Deviation.Reason;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An operator's word on definitions in quarantine: approved, they are pinned anew; rejected, the pinned ones stay. */
@ApplicationScoped
class Reviews {

    private final Catalog catalog;
    private final Quarantine quarantine;
    private final Registrations registrations;
    private final ConnectorRows rows;
    private final GovernedState state;
    private final Journal journal;
    private final MasterKey master;

    Reviews(
            Catalog catalog,
            Quarantine quarantine,
            Registrations registrations,
            ConnectorRows rows,
            GovernedState state,
            Journal journal,
            MasterKey master) {
        this.catalog = catalog;
        this.quarantine = quarantine;
        this.registrations = registrations;
        this.rows = rows;
        this.state = state;
        this.journal = journal;
        this.master = master;
    }

    /** One definition that is held, with both versions of it as far as they were kept. */
    record Shown(Held held, Entry entry) {

        Optional<JsonObject> definition(String which) {
            return entry.input(QuarantineEntries.DEFINITIONS)
                    .filter(JsonObject.class::isInstance)
                    .flatMap(both -> ((JsonObject) both).object(which));
        }
    }

    /** What is held of that connector, by the order in which it was found. */
    Uni<List<Shown>> held(String connector) {
        pinned(connector);
        Uni<List<Shown>> shown = Uni.createFrom().item(new ArrayList<>());
        for (Held held : quarantine.of(connector).held()) {
            shown = shown.chain(found -> state.entry(held.index()).map(entry -> {
                entry.ifPresent(recorded -> found.add(new Shown(held, recorded.entry())));
                return found;
            }));
        }
        return shown;
    }

    /** Pins the definition of that digest in place of the pinned one. */
    Uni<Preparation.Ready> approve(Actor actor, String connector, String digest, Optional<Kind> kind, String reason) {
        long size = journal.size();
        Standing.Pinned pinned = pinned(connector);
        Held held = find(connector, digest, kind);
        if (held.reason() == Reason.DOUBLED) {
            throw new Problem(
                    ProblemType.CONFLICT,
                    "The server lists this name more than once, so nobody can tell which one would be called."
                            + " It has to be mended at the server.");
        }
        ConnectorQuarantine now = quarantine.of(connector);
        return state.entry(held.index())
                .map(recorded ->
                        recorded.map(entry -> new Shown(held, entry.entry())).orElseThrow(Reviews::notKept))
                .map(shown -> settings(pinned, shown))
                .chain(settings -> rows.stored(connector)
                        .map(row -> row.flatMap(stored -> stored.secrets(pinned.index(), connector, master))
                                .orElseThrow(Reviews::meanwhile))
                        .chain(secrets -> registrations.register(
                                actor, settings, secrets, approval(connector, held, now, reason, size))));
    }

    /** Says that the pinned definition is the one that is wanted. */
    Uni<Long> reject(Actor actor, String connector, String digest, Optional<Kind> kind, String reason) {
        long size = journal.size();
        Standing.Pinned pinned = pinned(connector);
        Held held = find(connector, digest, kind);
        Entry entry = QuarantineEntries.rejected(connector, pinned.index(), held, reason, journal.now());
        return journal.record(actor, new Draft<>(Set.of(Topics.connector(connector)), size, since -> {
                    requireSame(connector, since);
                    return new Settled<>(entry, entry);
                }))
                .map(receipt -> receipt.fold(created -> created.recorded().index(), Receipt.Existing::index));
    }

    private static Registrations.Approval approval(
            String connector, Held approved, ConnectorQuarantine now, String reason, long size) {
        List<JsonValue> others = now.held().stream()
                .filter(held -> !held.key().equals(approved.key()))
                .<JsonValue>map(Held::toJson)
                .toList();
        JsonObject said = JsonObject.builder()
                .put(
                        "approved",
                        JsonObject.builder()
                                .put("kind", approved.kind().text())
                                .put("name", approved.own())
                                .put("digest", approved.digest().value())
                                .put("quarantined", approved.index())
                                .build())
                .put("quarantined", new JsonArray(others))
                .build();
        return new Registrations.Approval(
                Optional.empty(),
                said,
                List.of(new Input(QuarantineEntries.REASON, new JsonString(reason), false)),
                size,
                since -> requireSame(connector, since));
    }

    /** The listing with that one definition as the server has it now. */
    private static ConnectorSettings settings(Standing.Pinned pinned, Shown shown) {
        Held held = shown.held();
        ConnectorSettings settings = pinned.connector().settings();
        Optional<JsonObject> live = shown.definition("live");
        if (held.reason() != Reason.GONE && live.isEmpty()) {
            throw notKept();
        }
        if (held.kind() == Kind.CARD) {
            return settings.with(
                    settings.card().orElseThrow(Reviews::notKept).with(live.orElseThrow(Reviews::notKept)));
        }
        JsonObject listing = (JsonObject)
                JsonValue.parseKeepingDigits(settings.document().getBytes(StandardCharsets.UTF_8), JsonLimits.TRUSTED);
        List<JsonValue> next = new ArrayList<>();
        boolean placed = false;
        for (JsonValue item :
                listing.array(held.kind().list()).map(JsonArray::items).orElse(List.of())) {
            if (!isNamed(item, held.own())) {
                next.add(item);
            } else if (live.isPresent()) {
                next.add(live.get());
                placed = true;
            }
        }
        if (!placed) {
            live.ifPresent(next::add);
        }
        JsonObject.Builder document = JsonObject.builder();
        listing.members().forEach(document::put);
        document.put(held.kind().list(), new JsonArray(next));
        ConnectorSettings pinnedAnew = settings.with(document.build().toJson());
        return live.isPresent()
                ? pinnedAnew
                : held.tool().map(pinnedAnew::without).orElse(pinnedAnew);
    }

    private static boolean isNamed(JsonValue item, String own) {
        return item instanceof JsonObject object
                && object.text("name")
                        .or(() -> object.text("uriTemplate"))
                        .filter(own::equals)
                        .isPresent();
    }

    private Standing.Pinned pinned(String connector) {
        Standing standing = catalog.standing(connector)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "There is no connector of this name. GET /v1/connectors lists them."));
        if (standing instanceof Standing.Pinned pinned) {
            return pinned;
        }
        throw new Problem(
                ProblemType.CONFLICT,
                "This replica cannot use the connector as it is stored. GET /v1/connectors/" + connector
                        + " says where it stands.");
    }

    private Held find(String connector, String digest, Optional<Kind> kind) {
        return one(quarantine.of(connector).held(), digest, kind)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND,
                        "Nothing of this digest is in quarantine now; the server may have changed again."
                                + " GET /v1/connectors/" + connector + "/quarantine lists what is."));
    }

    /** The only one of that digest; a tool and a prompt can be written alike. */
    static Optional<Held> one(List<Held> all, String digest, Optional<Kind> kind) {
        List<Held> meant = all.stream()
                .filter(held -> held.digest().value().equals(digest))
                .filter(held -> kind.isEmpty() || kind.get() == held.kind())
                .toList();
        if (meant.size() > 1) {
            throw new Problem(
                    ProblemType.CONFLICT,
                    "Definitions of several kinds have this digest. Say in 'kind' which is meant: tool, prompt or resource.");
        }
        return meant.stream().findFirst();
    }

    private static void requireSame(String connector, List<Recorded> since) {
        boolean changed = since.stream()
                .anyMatch(recorded -> Quarantine.connector(recorded.entry())
                        .filter(connector::equals)
                        .isPresent());
        if (changed) {
            throw meanwhile();
        }
    }

    private static Problem meanwhile() {
        return new Problem(
                ProblemType.CONFLICT,
                "The connector, or what is in quarantine of it, has just changed. Nothing was done. Look at it again.");
    }

    private static Problem notKept() {
        return new Problem(
                ProblemType.CONFLICT,
                "The definition is too long or was deleted, so it cannot be approved by itself."
                        + " Register the connector again to pin what its server offers now.");
    }
}
