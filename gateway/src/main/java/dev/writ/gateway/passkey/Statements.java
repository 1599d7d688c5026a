package dev.writ.gateway.passkey;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Statements to be signed, and whether what was signed is still so. No replica remembers what it has handed out: a statement's nonce
 * is a keyed digest of the rest of it, so only Writ can have made it.
 */
@ApplicationScoped
class Statements {

    private static final String EXPIRES = "expiresAt";
    private static final String NONCE = "nonce";

    private final Pseudonyms pseudonyms;
    private final Duration signWithin;

    Statements(Pseudonyms pseudonyms, PasskeyConfig config) {
        this.pseudonyms = pseudonyms;
        this.signWithin = config.signWithin();
    }

    Duration signWithin() {
        return signWithin;
    }

    JsonObject made(JsonObject what, Instant at) {
        return complete(what, at.plus(signWithin));
    }

    /**
     * What was to be signed, which is what is true now.
     *
     * @param sent what somebody says that they signed
     * @param what a statement says now
     * @throws Problem if it says something else, or is too old
     */
    JsonObject current(JsonObject sent, JsonObject what, Instant at) {
        Instant expiresAt = expiresAt(sent);
        JsonObject now = complete(what, expiresAt);
        if (!sent.toJson().equals(now.toJson())) {
            throw conflict(changed(sent, now));
        }
        if (!at.isBefore(expiresAt)) {
            throw conflict("The time to sign it was over at " + expiresAt + ".");
        }
        return now;
    }

    private JsonObject complete(JsonObject what, Instant expiresAt) {
        JsonObject.Builder open = JsonObject.builder();
        what.members().forEach(open::put);
        JsonObject expiring = open.put(EXPIRES, expiresAt.toString()).build();
        return open.put(NONCE, pseudonyms.mac("passkey-statement", expiring.toJson()))
                .build();
    }

    private static Instant expiresAt(JsonObject sent) {
        try {
            return Instant.parse(sent.text(EXPIRES).orElse(""));
        } catch (DateTimeParseException none) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'statement' is what the challenge came with, member for member. Nothing was recorded.");
        }
    }

    /** Names are ours; what was sent under others is hostile text. */
    private static String changed(JsonObject sent, JsonObject now) {
        String members = now.members().keySet().stream()
                .filter(name -> !name.equals(NONCE) && !text(sent, name).equals(text(now, name)))
                .collect(Collectors.joining(", "));
        return members.isEmpty()
                ? "The statement was not made here."
                : "What was signed is not so any more, or never was: " + members + ".";
    }

    private static Optional<String> text(JsonObject json, String name) {
        return json.get(name).map(value -> value.toJson());
    }

    private static Problem conflict(String detail) {
        return new Problem(
                ProblemType.CONFLICT,
                detail + " Ask for a new challenge, look again, and sign that. Nothing was recorded.");
    }
}
