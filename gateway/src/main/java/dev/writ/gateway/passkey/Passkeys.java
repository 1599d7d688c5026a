package dev.writ.gateway.passkey;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Recorded;
import dev.writ.audit.SignedApproval;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.InOrder;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The passkeys that are not revoked, in memory. One is here only if entries of the log say what it is, and its row, if it was loaded from
 * one, says the same. What is not here counts for nothing; those that were revoked are read when somebody asks.
 */
@ApplicationScoped
class Passkeys implements LogFollower {

    private final GovernedState governed;
    private final PasskeyRows rows;
    private final Optional<RelyingParty> party;
    private final AuditReader reader;

    /** By id, of each owner; those maps are never changed. */
    private final Map<String, Map<String, Passkey>> byOwner = new ConcurrentHashMap<>();

    private final Map<String, String> owners = new ConcurrentHashMap<>();
    private final InOrder order = new InOrder(PasskeyEntries.KINDS, Set.of(SignedApproval.GRANTED), this::apply);

    /** @throws IllegalArgumentException if passkeys are configured, and could not work so */
    Passkeys(GovernedState governed, AuditReader reader, PasskeyRows rows, PasskeyConfig config) {
        this.governed = governed;
        this.reader = reader;
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

    /** Those of that principal as they are once these entries are followed too, of which some may have arrived here already. */
    Map<String, Passkey> after(String owner, List<Recorded> since) {
        return after(owner, Optional.empty(), since);
    }

    /** The same, with one that was read before and that may not be in memory. */
    Map<String, Passkey> after(String owner, Optional<Passkey> read, List<Recorded> since) {
        Map<String, Passkey> now = new HashMap<>(byOwner.getOrDefault(owner, Map.of()));
        read.ifPresent(passkey -> now.putIfAbsent(passkey.id(), passkey));
        since.stream()
                .filter(recorded -> PasskeyEntries.owner(recorded.entry())
                        .filter(owner::equals)
                        .isPresent())
                .forEach(recorded -> PasskeyEntries.apply(recorded, now));
        return now;
    }

    /** That one, unless it was revoked. */
    Optional<Passkey> find(String id) {
        return Optional.ofNullable(owners.get(id))
                .flatMap(owner -> Optional.ofNullable(
                        byOwner.getOrDefault(owner, Map.of()).get(id)));
    }

    /** That one, also if it was revoked or is not known here: then from the log. */
    Uni<Optional<Passkey>> read(String id) {
        Optional<Passkey> here = find(id);
        return here.isPresent() ? Uni.createFrom().item(here) : recorded(id);
    }

    /** What the log says that it is. */
    Uni<Optional<Passkey>> recorded(String id) {
        return Multi.createFrom()
                .iterable(PasskeyEntries.keys(id))
                .onItem()
                .transformToUniAndConcatenate(reader::byKey)
                .collect()
                .asList()
                .map(entries -> entries.stream().flatMap(Optional::stream).toList())
                .map(entries -> Optional.ofNullable(folded(entries).get(id)));
    }

    private static Map<String, Passkey> folded(List<Recorded> entries) {
        Map<String, Passkey> passkeys = new HashMap<>();
        entries.forEach(recorded -> PasskeyEntries.apply(recorded, passkeys));
        return passkeys;
    }

    /**
     * Those that were revoked, by id, as the log tells them; rows only find them.
     *
     * @param owner whose; empty for all
     */
    Uni<Page<Passkey>> revoked(Optional<String> owner, Page.Request page) {
        return governed.rows(() -> rows.revoked(owner, page))
                .chain(found -> Multi.createFrom()
                        .iterable(found)
                        .onItem()
                        .transformToUniAndConcatenate(row -> recorded(row.id).map(passkey -> Map.entry(row, passkey)))
                        .collect()
                        .asList()
                        .map(read -> {
                            Page<Optional<Passkey>> all = page.of(
                                    read,
                                    one -> one.getKey().id,
                                    one -> one.getValue()
                                            .filter(one.getKey()::says)
                                            .or(() -> distrusted(one.getKey())));
                            return new Page<>(
                                    all.items().stream()
                                            .flatMap(Optional::stream)
                                            .toList(),
                                    all.next());
                        }));
    }

    /** By id, without those that were revoked. */
    List<Passkey> all() {
        return byOwner.values().stream()
                .flatMap(passkeys -> passkeys.values().stream())
                .sorted(Comparator.comparing(Passkey::id))
                .toList();
    }

    /** The same of one principal. */
    List<Passkey> of(String owner) {
        return byOwner.getOrDefault(owner, Map.of()).values().stream()
                .sorted(Comparator.comparing(Passkey::id))
                .toList();
    }

    /** Those that principal can sign with, by id. */
    static List<Passkey> live(Map<String, Passkey> passkeys, String owner) {
        return passkeys.values().stream()
                .filter(passkey -> passkey.owner().equals(owner) && passkey.state() == Passkey.State.LIVE)
                .sorted(Comparator.comparing(Passkey::id))
                .toList();
    }

    /** Whether nothing counts that was signed with it: it was revoked, or is not known here with what these entries say. */
    boolean isRevokedAfter(String id, List<Recorded> since) {
        Map<String, Passkey> now = new HashMap<>();
        find(id).ifPresent(passkey -> now.put(id, passkey));
        since.forEach(recorded -> PasskeyEntries.apply(recorded, now));
        return Optional.ofNullable(now.get(id))
                .filter(passkey -> passkey.state() == Passkey.State.LIVE)
                .isEmpty();
    }

    @Override
    public void onEntry(Recorded recorded) {
        order.arrived(recorded);
    }

    private void apply(Recorded recorded) {
        PasskeyEntries.owner(recorded.entry()).ifPresent(owner -> {
            Map<String, Passkey> now = after(owner, List.of(recorded));
            now.values().removeIf(passkey -> {
                boolean isOver = passkey.state() == Passkey.State.REVOKED;
                if (isOver) {
                    owners.remove(passkey.id());
                }
                return isOver;
            });
            put(owner, now);
        });
    }

    private void put(String owner, Map<String, Passkey> passkeys) {
        if (passkeys.isEmpty()) {
            byOwner.remove(owner);
        } else {
            byOwner.put(owner, Map.copyOf(passkeys));
            passkeys.keySet().forEach(id -> owners.put(id, owner));
        }
    }

    /**
     * Rows first: whatever they follow from is among the entries then, and entries that are newer are followed on top. What is registered
     * meanwhile has an entry and no row that was found; then the entry is enough, as it is for those that arrive.
     */
    @Override
    public Uni<Void> load() {
        return reader.checkpoint()
                .chain(before -> governed.rows(rows::listAll)
                        .chain(this::counted)
                        .chain(found -> governed.entries(PasskeyEntries.KINDS)
                                .invoke(entries -> order.load(entries, () -> load(found, entries, before.size())))))
                .replaceWithVoid();
    }

    /** Each row by its id: empty unless the entry that it signed last says so too, or is not there any more. */
    private Uni<Map<String, Optional<PasskeyRow>>> counted(List<PasskeyRow> found) {
        return Multi.createFrom()
                .iterable(found)
                .onItem()
                .transformToUniAndConcatenate(row -> counted(row).map(counted -> Map.entry(row.id, counted)))
                .collect()
                .asMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private Uni<Optional<PasskeyRow>> counted(PasskeyRow row) {
        if (!row.hasSigned()) {
            return Uni.createFrom().item(Optional.of(row));
        }
        return governed.entry(row.usedIndex)
                .map(entry -> entry.isEmpty() || entry.filter(row::saysItSigned).isPresent()
                        ? Optional.of(row)
                        : distrusted(row));
    }

    /** @param before size of the log before the rows were read, which have whatever was registered by then */
    private void load(Map<String, Optional<PasskeyRow>> found, List<Recorded> entries, long before) {
        Map<String, List<Recorded>> byId = entries.stream()
                .collect(Collectors.groupingBy(
                        recorded -> recorded.entry().body().text("id").orElse("")));
        Stream<Passkey> known = found.values().stream()
                .flatMap(Optional::stream)
                .flatMap(row -> passkey(row, byId.getOrDefault(row.id, List.of())).stream());
        Stream<Passkey> registeredMeanwhile = byId.entrySet().stream()
                .filter(entry -> !found.containsKey(entry.getKey()))
                .flatMap(entry -> Stream.ofNullable(folded(entry.getValue()).get(entry.getKey())))
                .filter(passkey -> passkey.registered().index() >= before);
        Stream.concat(known, registeredMeanwhile)
                .filter(passkey -> passkey.state() != Passkey.State.REVOKED)
                .collect(Collectors.groupingBy(Passkey::owner, Collectors.toMap(Passkey::id, passkey -> passkey)))
                .forEach(this::put);
    }

    /** What its entries say now, if the row says what they said when it was written. */
    private Optional<Passkey> passkey(PasskeyRow row, List<Recorded> entries) {
        Map<String, Passkey> passkeys = new HashMap<>();
        boolean isTrusted = false;
        for (Recorded recorded : entries) {
            PasskeyEntries.apply(recorded, passkeys);
            isTrusted |= row.follows(recorded)
                    && Optional.ofNullable(passkeys.get(row.id))
                            .filter(row::says)
                            .isPresent();
        }
        if (!isTrusted) {
            return distrusted(row);
        }
        return Optional.ofNullable(passkeys.get(row.id)).map(passkey -> passkey.counted(row.counter));
    }

    private <T> Optional<T> distrusted(PasskeyRow row) {
        governed.distrust("passkey", row.id);
        return Optional.empty();
    }
}
