package dev.writ.audit;

import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import java.util.Optional;

/**
 * A statement that somebody signed with a passkey, complete: it is checked without anything else. Whether the passkey was somebody's
 * when they signed is what the entry at {@link #registered} and those that follow it say.
 *
 * <p>The challenge that was signed is the SHA-256 digest of the statement's RFC 8785 form.
 *
 * @param statement what was signed
 * @param rpId the domain that the passkey is for
 * @param registered index of the entry that registers the passkey
 * @param confirmed index of the entry from which on it counts
 */
public record SignedStatement(
        JsonObject statement,
        PasskeyKey key,
        String rpId,
        long registered,
        long confirmed,
        PasskeyAssertion assertion) {

    /** The member of an entry's body that holds one. */
    public static final String MEMBER = "signed";

    /** What the approval of a call signs in its member {@code type}. */
    public static final String APPROVAL = "writ-approval";

    /** What the confirmation of another passkey signs in its member {@code type}. */
    public static final String CONFIRMATION = "writ-passkey";

    private static final String STATEMENT = "statement";
    private static final String PASSKEY = "passkey";
    private static final String REGISTERED = "registered";
    private static final String CONFIRMED = "confirmed";
    private static final String CREDENTIAL = "credential";
    private static final String ALGORITHM = "algorithm";
    private static final String PUBLIC_KEY = "publicKey";
    private static final String RP_ID = "rpId";
    private static final String AUTHENTICATOR_DATA = "authenticatorData";
    private static final String CLIENT_DATA = "clientDataJSON";
    private static final String SIGNATURE = "signature";

    /**
     * The statement that an entry holds; empty if it holds none.
     *
     * @throws VerificationException if it is malformed
     */
    public static Optional<SignedStatement> of(Entry entry) {
        return entry.body().object(MEMBER).map(SignedStatement::read);
    }

    /** The id of the passkey that an entry says was used; empty if none was. Nothing is checked. */
    public static Optional<String> passkey(Entry entry) {
        return entry.body().object(MEMBER).flatMap(signed -> signed.text(PASSKEY));
    }

    private static SignedStatement read(JsonObject json) {
        PasskeyKey key = key(json);
        if (!text(json, PASSKEY).equals(key.id())) {
            throw new VerificationException("a passkey is not called as its credential id says");
        }
        return new SignedStatement(
                json.object(STATEMENT).orElseThrow(() -> missing(STATEMENT)),
                key,
                text(json, RP_ID),
                integer(json, REGISTERED),
                integer(json, CONFIRMED),
                PasskeyAssertion.parse(text(json, AUTHENTICATOR_DATA), text(json, CLIENT_DATA), text(json, SIGNATURE)));
    }

    /**
     * The key whose members {@code credential}, {@code algorithm} and {@code publicKey} these are.
     *
     * @throws VerificationException if they are missing or malformed
     */
    public static PasskeyKey key(JsonObject json) {
        return PasskeyKey.parse(
                text(json, CREDENTIAL),
                (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, integer(json, ALGORITHM))),
                text(json, PUBLIC_KEY));
    }

    /** Adds the members that {@link #key} reads. */
    public static void put(JsonObject.Builder json, PasskeyKey key) {
        json.put(CREDENTIAL, key.credential()).put(ALGORITHM, key.algorithm()).put(PUBLIC_KEY, key.publicKey());
    }

    public JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder()
                .put(STATEMENT, statement)
                .put(PASSKEY, key.id())
                .put(REGISTERED, registered)
                .put(CONFIRMED, confirmed)
                .put(RP_ID, rpId)
                .put(AUTHENTICATOR_DATA, assertion.authenticatorData())
                .put(CLIENT_DATA, assertion.clientDataJson())
                .put(SIGNATURE, assertion.signature());
        put(json, key);
        return json.build();
    }

    /** What an authenticator is asked to sign so that it signs that statement. */
    public static byte[] challenge(JsonObject statement) {
        return Digest.of(statement).bytes();
    }

    /**
     * Checks the signature.
     *
     * @throws VerificationException if it is not one of this statement by this key
     */
    public void verify() {
        assertion.verify(key, rpId, challenge(statement));
    }

    private static String text(JsonObject json, String name) {
        return json.text(name).orElseThrow(() -> missing(name));
    }

    private static long integer(JsonObject json, String name) {
        try {
            return json.number(name).orElseThrow(() -> missing(name)).longValueExact();
        } catch (ArithmeticException notWhole) {
            throw new VerificationException("'" + name + "' of a signed statement is no whole number", notWhole);
        }
    }

    private static VerificationException missing(String name) {
        return new VerificationException("a signed statement has no '" + name + "'");
    }

    @Override
    public String toString() {
        return "SignedStatement[" + key.id() + "]";
    }
}
