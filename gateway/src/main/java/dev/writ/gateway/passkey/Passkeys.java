package dev.writ.gateway.passkey;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every passkey, in memory. One is here only if entries of the log say what it is, and its row, if it was loaded from one, says the
 * same. Which were revoked is known from entries alone.
 */
@ApplicationScoped
class Passkeys implements LogFollower {

    private final GovernedState governed;
    private final PasskeyRows rows;
    private final Optional<RelyingParty> party;
    private final Map<String, Passkey> byId = new ConcurrentHashMap<>();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();

    /** @throws IllegalArgumentException if passkeys are configured, and could not work so */
    Passkeys(GovernedState governed, PasskeyRows rows, PasskeyConfig config) {
        this.governed = governed;
        this.rows = rows;
        this.party = RelyingParty.of(config);
    }

    boolean areConfigured() {
        return party.isPresent();
    }

    /** @throws Problem if this installation has no passkeys */
    RelyingParty relyingParty() {
        return party.orElseThrow(() -> new Problem(
                ProblemType.CONFLICT,
                "This installation has no passkeys. Have its operator set writ.passkey.rp-id and writ.passkey.origins. Nothing"
                        + " was recorded."));
    }

    /** As they are once these entries are followed too, of which some may have arrived here already. */
    Map<String, Passkey> after(List<Recorded> since) {
        Map<String, Passkey> now = new HashMap<>(byId);
        since.forEach(recorded -> PasskeyEntries.apply(recorded, now));
        return now;
    }

    Optional<Passkey> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** By id. */
    List<Passkey> all() {
        return byId.values().stream().sorted(Comparator.comparing(Passkey::id)).toList();
    }

    /** Those that principal can sign with, by id. */
    static List<Passkey> live(Map<String, Passkey> passkeys, String owner) {
        return passkeys.values().stream()
                .filter(passkey -> passkey.owner().equals(owner) && passkey.state() == Passkey.State.LIVE)
                .sorted(Comparator.comparing(Passkey::id))
                .toList();
    }

    boolean isRevokedAfter(String id, List<Recorded> since) {
        return revoked.contains(id)
                || since.stream()
                        .flatMap(recorded -> PasskeyEntries.revokedBy(recorded.entry()).stream())
                        .anyMatch(id::equals);
    }

    @Override
    public void onEntry(Recorded recorded) {
        PasskeyEntries.revokedBy(recorded.entry()).ifPresent(revoked::add);
        PasskeyEntries.apply(recorded, byId);
    }

    /** Rows first: whatever they follow from is among the entries then, and entries that are newer are followed on top. */
    @Override
    public Uni<Void> load() {
        return governed.rows(rows::listAll)
                .chain(found -> Multi.createFrom()
                        .iterable(found)
                        .onItem()
                        .transformToUniAndConcatenate(this::counted)
                        .collect()
                        .asList())
                .chain(found -> governed.entries(PasskeyEntries.KINDS).invoke(entries -> load(found, entries)))
                .replaceWithVoid();
    }

    /** The row, if the entry that it signed last says so too, or is not there any more. */
    private Uni<Optional<PasskeyRow>> counted(PasskeyRow row) {
        if (!row.hasSigned()) {
            return Uni.createFrom().item(Optional.of(row));
        }
        return governed.entry(row.usedIndex)
                .map(entry -> entry.isEmpty() || entry.filter(row::saysItSigned).isPresent()
                        ? Optional.of(row)
                        : distrusted(row));
    }

    private void load(List<Optional<PasskeyRow>> found, List<Recorded> entries) {
        entries.stream()
                .flatMap(recorded -> PasskeyEntries.revokedBy(recorded.entry()).stream())
                .forEach(revoked::add);
        Map<String, Passkey> now = new HashMap<>();
        entries.forEach(recorded -> PasskeyEntries.apply(recorded, now));
        for (Optional<PasskeyRow> counted : found) {
            counted.filter(row -> isTrusted(row, entries) || distrusted(row).isPresent())
                    .flatMap(row -> Optional.ofNullable(now.get(row.id)).map(passkey -> passkey.counted(row.counter)))
                    .ifPresent(passkey -> byId.merge(passkey.id(), passkey, Passkeys::later));
        }
    }

    /** Whether it says what the entries said when it was written. */
    private static boolean isTrusted(PasskeyRow row, List<Recorded> entries) {
        Map<String, Passkey> then = new HashMap<>();
        entries.stream()
                .filter(recorded -> recorded.index() <= row.entryIndex())
                .forEach(recorded -> PasskeyEntries.apply(recorded, then));
        return Optional.ofNullable(then.get(row.id)).filter(row::says).isPresent()
                && entries.stream().anyMatch(row::follows);
    }

    /** What is said of a passkey is never taken back. */
    private static Passkey later(Passkey one, Passkey other) {
        Passkey later = one.changedAt() > other.changedAt() ? one : other;
        return later.counted(Math.max(one.counter(), other.counter()));
    }

    private Optional<PasskeyRow> distrusted(PasskeyRow row) {
        governed.distrust("passkey", row.id);
        return Optional.empty();
    }
}
