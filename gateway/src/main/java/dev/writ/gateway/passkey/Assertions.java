package dev.writ.gateway.passkey;

import dev.writ.audit.PasskeyAssertion;
import dev.writ.audit.SignedStatement;
import dev.writ.audit.VerificationException;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import java.util.List;
import java.util.Locale;

/** Checks what an authenticator answers when it signs. */
final class Assertions {

    private Assertions() {}

    /**
     * The statement, signed.
     *
     * @param statement true, and what was to be signed
     * @param assertion an {@code AuthenticationResponseJSON}
     * @param usable passkeys that may have signed it
     * @throws Problem if it is malformed, or none of them signed this, here, with its user verified
     */
    static SignedStatement verify(
            JsonObject statement, JsonObject assertion, List<Passkey> usable, RelyingParty party) {
        PasskeyAssertion read = read(assertion);
        String credential = assertion.text("id").orElse("");
        Passkey passkey = usable.stream()
                .filter(one -> one.key().credential().equals(credential))
                .findFirst()
                .orElseThrow(
                        () -> refused("it is by none of your passkeys that count. GET /v1/passkeys lists them, and what"
                                + " they lack"));
        if (!passkey.rpId().equals(party.rpId())) {
            throw refused("the passkey was made for another relying party. Register another one");
        }
        if (!party.origins().contains(read.origin())) {
            throw refused("it was made on another page");
        }
        SignedStatement signed = new SignedStatement(
                statement,
                passkey.key(),
                passkey.rpId(),
                passkey.registered().index(),
                passkey.confirmed().orElseThrow().index(),
                read);
        try {
            signed.verify();
        } catch (VerificationException wrong) {
            throw new Problem(ProblemType.FORBIDDEN, sentence(wrong) + " Nothing was recorded.");
        }
        if ((read.counter() != 0 || passkey.counter() != 0) && read.counter() <= passkey.counter()) {
            throw refused(
                    "its counter is not above the last one, so there may be a copy of the passkey. Revoke it unless you"
                            + " know why");
        }
        return signed;
    }

    private static PasskeyAssertion read(JsonObject assertion) {
        try {
            JsonObject response = assertion.object("response").orElse(JsonObject.empty());
            return PasskeyAssertion.parse(
                    response.text("authenticatorData").orElse(""),
                    response.text("clientDataJSON").orElse(""),
                    response.text("signature").orElse(""));
        } catch (VerificationException malformed) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'assertion' is not what navigator.credentials.get answers. " + sentence(malformed)
                            + " Nothing was recorded.");
        }
    }

    private static String sentence(VerificationException wrong) {
        String message = String.valueOf(wrong.getMessage());
        return message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1) + ".";
    }

    private static Problem refused(String why) {
        return new Problem(ProblemType.FORBIDDEN, "The signature does not count: " + why + ". Nothing was recorded.");
    }
}
