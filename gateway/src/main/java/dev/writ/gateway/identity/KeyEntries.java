package dev.writ.gateway.identity;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.Role;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keys in the log and in their rows.
 *
 * <p>A leaf states everything about a key but its purpose, which is free text, its secret's hash, and whom a token or certificate
 * names. These are an input: the leaf commits to them, so that a row whose hash was replaced does not match its entry, yet it does
 * not show them.
 */
final class KeyEntries {

    static final String CREATED = "KEY_CREATED";
    static final String REVOKED = "KEY_REVOKED";
    static final Set<String> KINDS = Set.of(CREATED, REVOKED);

    private static final String REVOKED_KEY = "key-revoked/";
    private static final String CREDENTIAL = "credential";
    private static final String WRIT = "writ";
    private static final String PRINCIPAL = "principal";
    private static final String PERSON = "person";
    private static final String REPLACES = "replaces";
    private static final String REPLACED_ENDS_AT = "replacedEndsAt";

    /**
     * A key that another takes over from.
     *
     * @param endsAt until then both work; empty if it ends with the entry
     */
    record Replaced(String id, Optional<Instant> endsAt) {}

    /** @param person pseudonym of whom a key of that principal names */
    record Named(String principal, String person) {}

    private KeyEntries() {}

    /**
     * @param also further keys of the entry
     * @param spent the bootstrap key, if this entry is what it was made for and ends it
     */
    static Entry created(ApiKey key, Instant at, List<String> also, Optional<ApiKey> spent) {
        Stream<String> ended = spent.stream().map(ApiKey::id);
        JsonObject.Builder body = body(key).put("spends", spent.map(ApiKey::id));
        return entry(key, at, also, ended.toList(), body);
    }

    /** The entry of a key that takes over from another, which can happen to that one once. */
    static Entry succeeding(ApiKey key, Instant at, Replaced replaced) {
        JsonObject.Builder body = body(key)
                .put(REPLACES, replaced.id())
                .put(REPLACED_ENDS_AT, replaced.endsAt().map(Instant::toString));
        List<String> ended = replaced.endsAt().isPresent() ? List.of() : List.of(replaced.id());
        return entry(key, at, List.of("key-replaced/" + replaced.id()), ended, body);
    }

    private static JsonObject.Builder body(ApiKey key) {
        JsonObject.Builder body = JsonObject.builder()
                .put("id", key.id())
                .put(PRINCIPAL, key.principal())
                .put(
                        "roles",
                        JsonArray.ofTexts(key.roles().stream().map(Role::text).toList()))
                .put("subjects", JsonArray.ofTexts(key.subjects()))
                .put("groups", JsonArray.ofTexts(key.groups()))
                .put(PERSON, key.person())
                .put("expiresAt", key.expiresAt().toString());
        if (!key.tools().patterns().isEmpty()) {
            body.put("tools", JsonArray.ofTexts(key.tools().patterns()));
        }
        ProofJson.open(key.proof()).ifPresent(proof -> body.put("proof", proof));
        return body;
    }

    private static Entry entry(ApiKey key, Instant at, List<String> also, List<String> ended, JsonObject.Builder body) {
        JsonObject credential =
                ProofJson.sealed(key.proof()).put("purpose", key.purpose()).build();
        return new Entry(
                CREATED,
                at,
                Stream.of(
                                Stream.of("key-created/" + key.id()),
                                also.stream(),
                                ended.stream().map(id -> REVOKED_KEY + id))
                        .flatMap(keys -> keys)
                        .toList(),
                Stream.concat(Stream.of(key.id()), ended.stream())
                        .map(Topics::key)
                        .collect(Collectors.toSet()),
                Map.of(),
                body.build(),
                WRIT,
                List.of(new Input(CREDENTIAL, credential, true)));
    }

    static Entry revoked(String id, Instant at) {
        return new Entry(
                REVOKED,
                at,
                List.of(REVOKED_KEY + id),
                Set.of(Topics.key(id)),
                Map.of(),
                JsonObject.builder().put("id", id).build(),
                WRIT,
                List.of());
    }

    /** The ids of the keys that this entry ends. */
    static Stream<String> revokedBy(Entry entry) {
        return KINDS.contains(entry.kind())
                ? entry.keys().stream()
                        .filter(key -> key.startsWith(REVOKED_KEY))
                        .map(key -> key.substring(REVOKED_KEY.length()))
                : Stream.empty();
    }

    /** The key that another takes over from by this entry, if it is to work on for a while. */
    static Optional<Replaced> replacedBy(Entry entry) {
        return entry.kind().equals(CREATED)
                ? entry.body()
                        .text(REPLACED_ENDS_AT)
                        .flatMap(end -> entry.body()
                                .text(REPLACES)
                                .map(id -> new Replaced(id, Optional.of(Instant.parse(end)))))
                : Optional.empty();
    }

    /** Whom the key that this entry creates names, also if this version of Writ cannot read how it is presented. */
    static Optional<Named> namedBy(Entry entry) {
        return entry.kind().equals(CREATED)
                ? entry.body()
                        .text(PRINCIPAL)
                        .flatMap(principal -> entry.body().text(PERSON).map(person -> new Named(principal, person)))
                : Optional.empty();
    }

    /** The key that this entry creates; empty if it creates none, or states one that this version of Writ cannot read. */
    static Optional<ApiKey> createdBy(Recorded recorded) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(CREATED) || !(entry.input(CREDENTIAL).orElse(null) instanceof JsonObject credential)) {
            return Optional.empty();
        }
        try {
            JsonObject body = entry.body();
            return Optional.of(new ApiKey(
                    body.text("id").orElseThrow(),
                    body.text(PRINCIPAL).orElseThrow(),
                    texts(body, "roles").map(Role::parse).collect(Collectors.toSet()),
                    texts(body, "subjects").collect(Collectors.toSet()),
                    texts(body, "groups").collect(Collectors.toSet()),
                    body.text(PERSON),
                    new ToolPatterns(texts(body, "tools").toList()),
                    Instant.parse(body.text("expiresAt").orElseThrow()),
                    credential.text("purpose"),
                    ProofJson.read(credential).orElseThrow()));
        } catch (NoSuchElementException | IllegalArgumentException | DateTimeException unknownForm) {
            return Optional.empty();
        }
    }

    static RowChange inserted(ApiKey key) {
        return new RowChange(
                "INSERT INTO writ.api_key"
                        + " (entry_index, entry_hash, id, principal, secret_hash, roles, subjects, groups, person, expires_at, purpose,"
                        + " revoked, proof, tools) VALUES ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, $8, $9,"
                        + " $10::text::timestamptz, $11, false, $12, $13)",
                List.of(
                        key.id(),
                        key.principal(),
                        ProofJson.secretHash(key.proof()),
                        KeyRow.joined(key.roles().stream().map(Role::text)),
                        KeyRow.joined(key.subjects().stream()),
                        KeyRow.joined(key.groups().stream()),
                        key.person().orElse(""),
                        key.expiresAt().toString(),
                        key.purpose().orElse(""),
                        ProofJson.row(key.proof()),
                        KeyRow.joined(key.tools().patterns().stream())));
    }

    static RowChange ended(String id) {
        return new RowChange(
                "UPDATE writ.api_key SET entry_index = $1, entry_hash = $2, revoked = true WHERE id = $3", List.of(id));
    }

    private static Stream<String> texts(JsonObject body, String name) {
        return body.array(name).stream()
                .flatMap(array -> array.items().stream())
                .filter(JsonString.class::isInstance)
                .map(text -> ((JsonString) text).value());
    }
}
