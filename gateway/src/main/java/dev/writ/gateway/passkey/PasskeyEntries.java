package dev.writ.gateway.passkey;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.PasskeyKey;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.SignedApproval;
import dev.writ.audit.SignedStatement;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * Passkeys in the log and in their rows. A leaf states everything of a passkey but its name, which is free text. Entries once
 * written stay as they are: members may be added, never changed.
 */
final class PasskeyEntries {

    static final String REGISTERED = "PASSKEY_REGISTERED";
    static final String CONFIRMED = "PASSKEY_CONFIRMED";
    static final String REVOKED = "PASSKEY_REVOKED";
    static final Set<String> KINDS = Set.of(REGISTERED, CONFIRMED, REVOKED);

    /** Those that somebody may have signed. */
    private static final Set<String> SIGNED = Set.of(CONFIRMED, SignedApproval.GRANTED);

    private static final String ID = "id";
    private static final String NAME = "name";
    private static final String PERSON = "person";
    private static final String RP_ID = "rpId";
    private static final String COUNTER = "counter";
    private static final String WRIT = "writ";

    private PasskeyEntries() {}

    static Entry registered(PasskeyKey key, Approver by, String name, String rpId, long counter, Instant at) {
        JsonObject.Builder body = JsonObject.builder().put(ID, key.id());
        SignedStatement.put(body, key);
        body.put(PERSON, by.person()).put(RP_ID, rpId).put(COUNTER, counter);
        return entry(
                REGISTERED,
                "passkey/" + key.id(),
                by.name(),
                body,
                List.of(new Input(NAME, new JsonString(name), true)),
                at);
    }

    /** @param signed present if another passkey of the same principal vouches for it */
    static Entry confirmed(Passkey passkey, Approver by, Optional<SignedStatement> signed, Instant at) {
        JsonObject.Builder body = JsonObject.builder()
                .put(ID, passkey.id())
                .put("owner", passkey.owner())
                .put(PERSON, by.person());
        signed.ifPresent(statement -> body.put(SignedStatement.MEMBER, statement.toJson()));
        return entry(CONFIRMED, "passkey-confirmed/" + passkey.id(), passkey.owner(), body, List.of(), at);
    }

    static Entry revoked(Passkey passkey, Instant at) {
        JsonObject.Builder body = JsonObject.builder().put(ID, passkey.id()).put("owner", passkey.owner());
        return entry(REVOKED, "passkey-revoked/" + passkey.id(), passkey.owner(), body, List.of(), at);
    }

    private static Entry entry(
            String kind, String key, String owner, JsonObject.Builder body, List<Input> inputs, Instant at) {
        return new Entry(kind, at, List.of(key), Set.of(Topics.passkeys(owner)), Map.of(), body.build(), WRIT, inputs);
    }

    /** The keys of its entries, in their order. */
    static List<String> keys(String id) {
        return List.of("passkey/" + id, "passkey-confirmed/" + id, "passkey-revoked/" + id);
    }

    /** Whose passkeys the entry says something of. */
    static Optional<String> owner(Entry entry) {
        return switch (entry.kind()) {
            case REGISTERED, SignedApproval.GRANTED -> entry.body().text("actor");
            case CONFIRMED, REVOKED -> entry.body().text("owner");
            default -> Optional.empty();
        };
    }

    /** Changes what this entry says of a passkey. One that is not understood changes nothing. */
    static void apply(Recorded recorded, Map<String, Passkey> passkeys) {
        Entry entry = recorded.entry();
        if (SIGNED.contains(entry.kind())) {
            counted(entry)
                    .ifPresent(signed -> passkeys.computeIfPresent(
                            signed.key().id(),
                            (id, known) -> known.counted(signed.assertion().counter())));
        }
        Passkey.Step step =
                new Passkey.Step(recorded.index(), entry.body().text("actor").orElse(""), entry.at());
        switch (entry.kind()) {
            case REGISTERED -> passkey(entry, step).ifPresent(passkey -> passkeys.putIfAbsent(passkey.id(), passkey));
            case CONFIRMED ->
                entry.body()
                        .text(ID)
                        .ifPresent(id -> passkeys.computeIfPresent(id, (same, known) -> known.confirmed(step)));
            case REVOKED ->
                entry.body()
                        .text(ID)
                        .ifPresent(id -> passkeys.computeIfPresent(id, (same, known) -> known.revoked(step)));
            default -> {
                // Only how often a passkey has signed.
            }
        }
    }

    /** The statement that this entry holds, signed; empty if there is none. */
    static Optional<SignedStatement> counted(Entry entry) {
        try {
            return SignedStatement.of(entry);
        } catch (VerificationException unknownForm) {
            return Optional.empty();
        }
    }

    private static Optional<Passkey> passkey(Entry entry, Passkey.Step step) {
        try {
            JsonObject body = entry.body();
            return Optional.of(new Passkey(
                    SignedStatement.key(body),
                    step.by(),
                    body.text(PERSON),
                    entry.input(NAME)
                            .filter(JsonString.class::isInstance)
                            .map(text -> ((JsonString) text).value())
                            .orElse(""),
                    body.text(RP_ID).orElseThrow(),
                    step,
                    Optional.empty(),
                    Optional.empty(),
                    body.number(COUNTER).orElseThrow().longValueExact()));
        } catch (VerificationException | NoSuchElementException | ArithmeticException unknownForm) {
            return Optional.empty();
        }
    }

    static RowChange inserted(PasskeyKey key, Approver by, String name, String rpId, long counter) {
        return new RowChange(
                "INSERT INTO writ.passkey (entry_index, entry_hash, id, owner, credential, algorithm, public_key, name, rp_id,"
                        + " state, counter) VALUES ($1, $2, $3, $4, $5, $6::text::integer, $7, $8, $9, 'unconfirmed',"
                        + " $10::text::bigint)",
                List.of(
                        key.id(),
                        by.name(),
                        key.credential(),
                        Integer.toString(key.algorithm()),
                        key.publicKey(),
                        name,
                        rpId,
                        Long.toString(counter)));
    }

    static RowChange changed(String id, Passkey.State state) {
        return new RowChange(
                "UPDATE writ.passkey SET entry_index = $1, entry_hash = $2, state = $4 WHERE id = $3",
                List.of(id, state.text()));
    }

    /** It has signed, which does not change what it is. */
    static RowChange used(SignedStatement signed) {
        return new RowChange(
                "UPDATE writ.passkey SET used_index = $1, used_hash = $2, counter = $4::text::bigint WHERE id = $3",
                List.of(signed.key().id(), Long.toString(signed.assertion().counter())));
    }
}
