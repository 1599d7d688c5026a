package dev.writ.gateway.catalog;

import dev.writ.audit.MasterKey;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.Digest;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The tools that can be called, as the log pins them. Between the entry of a connector and the moment its row has been read, its
 * tools are unknown, and so they are for good if the row does not match the entry.
 */
@ApplicationScoped
public class Catalog implements LogFollower {

    private static final Logger LOG = Logger.getLogger(Catalog.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final GovernedState state;
    private final ConnectorRows rows;
    private final Technology technology;
    private final MasterKey master;
    private final Quarantine quarantine;
    private final Deviations deviations;

    /** Changed under its own monitor, read without. */
    private final ConcurrentMap<String, Standing> standings = new ConcurrentHashMap<>();

    /** Opened here, and waiting for their entry; by digest of the sealed credential. */
    private final ConcurrentMap<Digest, OpenConnector> expected = new ConcurrentHashMap<>();

    private volatile PublicNames toolNames = PublicNames.of(List.of());
    private volatile PublicNames promptNames = PublicNames.of(List.of());

    Catalog(
            GovernedState state,
            ConnectorRows rows,
            Technology technology,
            MasterKey master,
            Quarantine quarantine,
            Deviations deviations) {
        this.state = state;
        this.rows = rows;
        this.technology = technology;
        this.master = master;
        this.quarantine = quarantine;
        this.deviations = deviations;
    }

    /** The tool of that name as it is pinned now, also while it is in quarantine: its calls are denied then. */
    public Optional<PinnedTool> tool(ToolName name) {
        String connector = name.value().substring(0, Math.max(0, name.value().indexOf('.')));
        return standings.get(connector) instanceof Standing.Pinned pinned
                ? Optional.ofNullable(pinned.tools().get(name))
                : Optional.empty();
    }

    /** Every tool that is pinned now, by name, without those in quarantine. */
    public List<PinnedTool> tools() {
        return everyTool().stream().filter(tool -> !isQuarantined(tool)).toList();
    }

    /** Whether calls of that tool are denied because its server changed. */
    public boolean isQuarantined(PinnedTool tool) {
        return quarantine.deniesAfter(tool, List.of()).isPresent();
    }

    /**
     * Why calls of that tool are denied because its server changed, if they are.
     *
     * @param since as with {@link #isPinnedAfter}
     */
    public Optional<String> quarantinedAfter(PinnedTool tool, List<Recorded> since) {
        return quarantine.deniesAfter(tool, since).map(Catalog::reason);
    }

    private static String reason(Held held) {
        if (held.kind() == Deviation.Kind.CARD) {
            return "the agent's card is not the one that an operator has approved; an operator has to look at it";
        }
        return held.reason() == Deviation.Reason.GONE
                ? "its server does not offer it any more; an operator has been told"
                : "its server describes it otherwise than an operator has approved; an operator has to look at it";
    }

    private List<PinnedTool> everyTool() {
        Map<ToolName, PinnedTool> tools = new TreeMap<>();
        standings.values().forEach(standing -> {
            if (standing instanceof Standing.Pinned pinned) {
                tools.putAll(pinned.tools());
            }
        });
        return List.copyOf(tools.values());
    }

    /** What the pinned tools are called over MCP. The same for everybody: what somebody may not see is left out of what they are shown. */
    public PublicNames toolNames() {
        return toolNames;
    }

    /** What the pinned prompts are called over MCP. */
    public PublicNames promptNames() {
        return promptNames;
    }

    /** The connectors whose tools somebody else carries out, by name. */
    public List<String> externals() {
        return pinned().filter(pinned -> pinned.connector().isExternal())
                .map(pinned -> pinned.connector().settings().name())
                .sorted()
                .toList();
    }

    /** The tools of one connector as they are pinned now, by name. */
    public List<PinnedTool> tools(String connector) {
        return standings.get(connector) instanceof Standing.Pinned pinned
                ? List.copyOf(pinned.tools().values())
                : List.of();
    }

    /** What the operator says of the things that tools of this connector are about. */
    public Entities entities(String connector) {
        return standings.get(connector) instanceof Standing.Pinned pinned
                ? pinned.connector().entities()
                : Entities.NONE;
    }

    private Stream<Standing.Pinned> pinned() {
        return standings.values().stream()
                .flatMap(standing -> standing instanceof Standing.Pinned pinned ? Stream.of(pinned) : Stream.empty());
    }

    /**
     * Whether that tool is still the one that is pinned, given what was appended since.
     *
     * @param since entries that touch one of the tool's {@link PinnedTool#topics()}, some of which may have arrived here already
     */
    public boolean isPinnedAfter(PinnedTool tool, List<Recorded> since) {
        String connector = tool.definition().connector();
        Standing now = standings.get(connector);
        return now instanceof Standing.Pinned pinned
                && pinned.index() == tool.pinnedAt()
                && since.stream()
                        .filter(recorded -> recorded.index() > tool.pinnedAt())
                        .map(Recorded::entry)
                        .filter(entry -> ConnectorEntries.KINDS.contains(entry.kind()))
                        .noneMatch(entry -> ConnectorEntries.name(entry).equals(connector));
    }

    @Override
    public Uni<Void> load() {
        return state.entries(ConnectorEntries.KINDS).chain(all -> {
            Map<String, Recorded> newest = new LinkedHashMap<>();
            all.forEach(recorded -> newest.put(ConnectorEntries.name(recorded.entry()), recorded));
            Uni<Void> loaded = Uni.createFrom().voidItem();
            for (Recorded recorded : newest.values()) {
                loaded = loaded.chain(() -> follow(recorded));
            }
            return loaded;
        });
    }

    @Override
    public void onEntry(Recorded recorded) {
        if (ConnectorEntries.KINDS.contains(recorded.entry().kind())) {
            follow(recorded)
                    .onFailure()
                    .invoke(failed -> LOG.warnf(failed, "connector not read, trying again index=%d", recorded.index()))
                    .onFailure()
                    .retry()
                    .withBackOff(FIRST_RETRY, LAST_RETRY)
                    .indefinitely()
                    .subscribe()
                    .with(done -> {});
        }
    }

    /** How many definitions of that connector wait for an operator. */
    long waiting(String connector) {
        return quarantine.of(connector).held().stream().filter(Held::isOpen).count();
    }

    /** Where the connectors stand, by name; those that were removed are not among them. */
    Map<String, Standing> standings() {
        Map<String, Standing> present = new TreeMap<>(standings);
        present.values().removeIf(Standing.Removed.class::isInstance);
        return present;
    }

    /** Where one connector stands; empty if it never was, or was removed. */
    Optional<Standing> standing(String name) {
        return Optional.ofNullable(standings.get(name)).filter(standing -> !(standing instanceof Standing.Removed));
    }

    /** Hands over a connector that was opened here, for the moment its entry arrives. */
    void expect(Digest sealedCredential, OpenConnector connector) {
        expected.put(sealedCredential, connector);
    }

    /** Closes a connector that was handed over, unless its entry has arrived. */
    void forget(Digest sealedCredential) {
        Optional.ofNullable(expected.remove(sealedCredential)).ifPresent(OpenConnector::close);
    }

    /** What changes at once has changed when this returns; the rest when it completes. */
    private Uni<Void> follow(Recorded recorded) {
        String name = ConnectorEntries.name(recorded.entry());
        if (recorded.entry().kind().equals(ConnectorEntries.REMOVED)) {
            stand(name, new Standing.Removed(recorded.index()));
            return Uni.createFrom().voidItem();
        }
        Optional<OpenConnector> own = recorded.entry()
                .body()
                .text("credential")
                .filter(Digest::isWellFormed)
                .map(Digest::new)
                .flatMap(digest -> Optional.ofNullable(expected.remove(digest)));
        if (own.isPresent()) {
            stand(name, Standing.Pinned.at(recorded.index(), own.get()));
            return Uni.createFrom().voidItem();
        }
        if (!stand(name, new Standing.Pending(recorded.index()))) {
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .deferred(() -> rows.stored(name))
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .invoke(row -> read(name, row, recorded))
                .replaceWithVoid();
    }

    private void read(String name, Optional<StoredConnector> row, Recorded recorded) {
        if (row.map(StoredConnector::entryIndex)
                .filter(index -> index > recorded.index())
                .isPresent()) {
            // It is about to be changed again, by an entry that has not arrived yet.
            return;
        }
        Preparation preparation = row.map(stored -> stored.open(recorded, technology, master))
                .orElseGet(() -> new Preparation.Refused(List.of("there is no row")));
        stand(
                name,
                preparation.fold(
                        ready -> Standing.Pinned.at(recorded.index(), ready.connector()),
                        refused -> refuse(name, recorded.index(), refused.problems())));
    }

    private Standing refuse(String name, long index, List<String> problems) {
        state.distrust("connector", name);
        LOG.errorf("its tools cannot be called connector=%s index=%d: %s", name, index, problems);
        return new Standing.Refused(index);
    }

    private PublicNames names(Offer offer) {
        return PublicNames.of(everyTool().stream()
                .filter(tool -> tool.offer() == offer)
                .map(PinnedTool::named)
                .toList());
    }

    /** Whether that is where it stands now: the newest entry counts, and what is known of it replaces only its arrival. */
    private boolean stand(String name, Standing next) {
        Standing gone;
        boolean known;
        synchronized (standings) {
            Standing now = standings.get(name);
            known = now != null
                    && (now.index() > next.index()
                            || (now.index() == next.index() && !(now instanceof Standing.Pending)));
            gone = known ? next : now;
            if (!known) {
                standings.put(name, next);
                toolNames = names(Offer.TOOL);
                promptNames = names(Offer.PROMPT);
            }
        }
        if (gone instanceof Standing.Pinned pinned) {
            pinned.connector().close();
        }
        if (!known && next instanceof Standing.Pinned pinned) {
            pinned.connector().watch().follow(found -> deviations.found(name, next.index(), found));
        }
        return !known;
    }
}
