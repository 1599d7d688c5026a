package dev.writ.gateway.identity;

import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.Erasable;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.LiveKeys;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.model.Role;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
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
 * Every live key and every agent, in memory: whoever asks who is calling never waits for the database. A key is here only if an
 * entry of the log created it, none revoked it, and its row, if it was loaded from one, says the same.
 */
@ApplicationScoped
public class Directory implements LogFollower, LiveKeys, Erasable {

    private static final Set<String> KINDS = Stream.concat(
                    KeyEntries.KINDS.stream(), Stream.of(AgentEntries.REGISTERED, Erasures.KIND))
            .collect(Collectors.toUnmodifiableSet());

    private final GovernedState state;
    private final KeyRows keyRows;
    private final AgentRows agentRows;

    private final Map<String, ApiKey> keys = new ConcurrentHashMap<>();
    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private final Map<Holder, Set<String>> holders = new ConcurrentHashMap<>();
    private final Map<String, Instant> ends = new ConcurrentHashMap<>();
    private final Map<String, Agent> agents = new ConcurrentHashMap<>();

    /** By principal, of whatever keys they ever had. */
    private final Map<String, Set<String>> persons = new ConcurrentHashMap<>();

    Directory(GovernedState state, KeyRows keyRows, AgentRows agentRows) {
        this.state = state;
        this.keyRows = keyRows;
        this.agentRows = agentRows;
    }

    @Override
    public boolean isLiveAfter(String keyId, Instant at, List<Recorded> since) {
        return key(keyId).filter(key -> !key.isExpiredAt(at)).isPresent()
                && !isRevokedAfter(keyId, since)
                && since.stream()
                        .flatMap(recorded -> KeyEntries.replacedBy(recorded.entry()).stream())
                        .filter(replaced -> replaced.id().equals(keyId))
                        .flatMap(replaced -> replaced.endsAt().stream())
                        .allMatch(at::isBefore);
    }

    /** Whether that key may be used for that tool. Of one that is not there, {@link #isLiveAfter} tells. */
    public boolean mayCall(String keyId, ToolName tool) {
        return key(keyId).map(key -> key.tools().cover(tool)).orElse(true);
    }

    /** The key of that id, unless it was revoked. It may have expired. */
    Optional<ApiKey> key(String id) {
        // Loading runs while entries arrive, and must not bring back what one of them has just revoked.
        return revoked.contains(id)
                ? Optional.empty()
                : Optional.ofNullable(keys.get(id))
                        .map(key -> Optional.ofNullable(ends.get(id))
                                .map(key::endingAt)
                                .orElse(key));
    }

    /** The key of whom somebody else's signature names: of several, that which lives longest. It may have expired. */
    Optional<ApiKey> heldBy(Holder holder) {
        return holders.getOrDefault(holder, Set.of()).stream()
                .flatMap(id -> key(id).stream())
                .max(Comparator.comparing(ApiKey::expiresAt).thenComparing(ApiKey::id));
    }

    /** The keys of that client of an issuer, whatever their subject. They may have expired. */
    List<ApiKey> heldByClient(String authority, String client) {
        return holders.entrySet().stream()
                .filter(held -> held.getKey().authority().equals(authority)
                        && held.getKey().client().equals(client))
                .flatMap(held -> held.getValue().stream())
                .flatMap(id -> key(id).stream())
                .toList();
    }

    /** Whether an agent of that name is registered. */
    public boolean hasAgent(String name) {
        return agents.containsKey(name);
    }

    /** The principal who answers for that agent; empty if this replica does not know the agent. */
    public Optional<String> ownerOf(String agent) {
        return Optional.ofNullable(agents.get(agent))
                .map(Agent::owner)
                // Erased, it names nobody, and so everybody might be them.
                .filter(owner -> !owner.isEmpty());
    }

    /**
     * Pseudonyms of the persons that keys of that principal say their holder is, those included that were revoked or have expired:
     * nobody becomes somebody else by losing a key.
     */
    public Set<String> personsOf(String principal) {
        return Set.copyOf(persons.getOrDefault(principal, Set.of()));
    }

    /** Whether that principal has a key that decides escalations, which is neither revoked nor expired. */
    public boolean isApprover(String principal, Instant at) {
        return keys.values().stream()
                .filter(key -> key.principal().equals(principal) && key.roles().contains(Role.APPROVER))
                .flatMap(key -> key(key.id()).stream())
                .anyMatch(key -> !key.isExpiredAt(at));
    }

    /** Whether that key was revoked, had these entries been followed already. One that has expired was not. */
    public boolean isRevokedAfter(String keyId, List<Recorded> since) {
        return revoked.contains(keyId)
                || since.stream()
                        .flatMap(recorded -> KeyEntries.revokedBy(recorded.entry()))
                        .anyMatch(keyId::equals);
    }

    @Override
    public void onEntry(Recorded recorded) {
        name(recorded);
        KeyEntries.revokedBy(recorded.entry()).forEach(this::revoke);
        KeyEntries.createdBy(recorded).ifPresent(this::add);
        KeyEntries.replacedBy(recorded.entry()).ifPresent(this::replace);
        AgentEntries.registeredBy(recorded).ifPresent(this::add);
        AgentEntries.erasedBy(recorded).ifPresent(this::add);
    }

    /** The agent stays: its name is in the log. Who answers for it, and what it does, are forgotten. */
    @Override
    public List<RowChange> forgotten(String subjectKey) {
        return AgentEntries.forgotten(subjectKey);
    }

    @Override
    public Uni<Void> load() {
        return state.entries(KINDS)
                .chain(entries -> state.rows(keyRows::listAll)
                        .invoke(rows -> loadKeys(rows, entries))
                        .chain(() -> state.rows(agentRows::listAll))
                        .invoke(rows -> loadAgents(rows, entries)))
                .replaceWithVoid();
    }

    private void loadKeys(List<KeyRow> rows, List<Recorded> entries) {
        entries.forEach(this::name);
        entries.stream()
                .flatMap(recorded -> KeyEntries.revokedBy(recorded.entry()))
                .forEach(this::revoke);
        entries.stream()
                .flatMap(recorded -> KeyEntries.replacedBy(recorded.entry()).stream())
                .forEach(this::replace);
        Map<Long, Recorded> byIndex = byIndex(entries);
        for (KeyRow row : rows) {
            if (revoked.contains(row.id)) {
                continue;
            }
            Optional.ofNullable(byIndex.get(row.entryIndex()))
                    .filter(row::follows)
                    .flatMap(KeyEntries::createdBy)
                    .filter(key -> row.says(key) && !row.revoked)
                    .ifPresentOrElse(this::add, () -> state.distrust("api_key", row.id));
        }
    }

    private void loadAgents(List<AgentRow> rows, List<Recorded> entries) {
        Map<Long, Recorded> byIndex = byIndex(entries);
        for (AgentRow row : rows) {
            Optional.ofNullable(byIndex.get(row.entryIndex()))
                    .filter(row::follows)
                    .flatMap(AgentEntries::registeredBy)
                    .filter(row::says)
                    .ifPresentOrElse(this::add, () -> state.distrust("agent", row.name));
        }
        entries.stream()
                .flatMap(recorded -> AgentEntries.erasedBy(recorded).stream())
                .forEach(this::add);
    }

    private void add(ApiKey key) {
        keys.put(key.id(), key);
        Holder.of(key.proof())
                .ifPresent(holder -> holders.compute(holder, (same, ids) -> {
                    Set<String> all = ids == null ? ConcurrentHashMap.newKeySet() : ids;
                    all.add(key.id());
                    return all;
                }));
    }

    private void name(Recorded recorded) {
        KeyEntries.namedBy(recorded.entry())
                .ifPresent(named -> persons.computeIfAbsent(named.principal(), first -> ConcurrentHashMap.newKeySet())
                        .add(named.person()));
    }

    private void replace(KeyEntries.Replaced replaced) {
        replaced.endsAt().ifPresent(end -> ends.put(replaced.id(), end));
    }

    private void add(Agent agent) {
        agents.put(agent.name(), agent);
    }

    private void revoke(String id) {
        revoked.add(id);
        Optional.ofNullable(keys.remove(id))
                .flatMap(key -> Holder.of(key.proof()))
                .ifPresent(holder -> holders.computeIfPresent(holder, (same, ids) -> {
                    ids.remove(id);
                    return ids.isEmpty() ? null : ids;
                }));
    }

    private static Map<Long, Recorded> byIndex(List<Recorded> entries) {
        Map<Long, Recorded> byIndex = new HashMap<>();
        entries.forEach(recorded -> byIndex.put(recorded.index(), recorded));
        return byIndex;
    }
}
