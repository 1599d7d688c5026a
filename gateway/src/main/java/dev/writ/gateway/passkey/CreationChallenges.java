package dev.writ.gateway.passkey;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * Challenges that new passkeys answer. No replica remembers them: each says until when it holds, and that Writ has made it for that
 * principal. It may be answered twice, but a credential is registered once.
 */
@ApplicationScoped
class CreationChallenges {

    private static final int RANDOM_BYTES = 16;

    private final Pseudonyms pseudonyms;
    private final PasskeyConfig config;
    private final SecureRandom random;

    CreationChallenges(Pseudonyms pseudonyms, PasskeyConfig config, SecureRandom random) {
        this.pseudonyms = pseudonyms;
        this.config = config;
        this.random = random;
    }

    /** One for that principal: milliseconds since 1970, random, and a keyed digest of both and the principal. */
    String made(String principal, Instant at) {
        byte[] drawn = new byte[RANDOM_BYTES];
        random.nextBytes(drawn);
        long until = at.plus(config.signWithin()).toEpochMilli();
        String said = until + "." + HexFormat.of().formatHex(drawn);
        return said + "." + mac(said, principal);
    }

    /**
     * That challenge, if it was made here for that principal and holds.
     *
     * @throws Problem if not
     */
    String required(String challenge, String principal, Instant at) {
        List<String> parts = List.of(challenge.split("\\.", -1));
        boolean isOurs = parts.size() == 3
                && parts.get(0).matches("[0-9]{1,18}")
                && parts.get(2).equals(mac(parts.get(0) + "." + parts.get(1), principal));
        if (!isOurs || at.toEpochMilli() >= Long.parseLong(parts.get(0))) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "The passkey does not answer a challenge of yours, or its time is over. POST /v1/passkeys/challenges"
                            + " makes a new one. Nothing was recorded.");
        }
        return challenge;
    }

    private String mac(String said, String principal) {
        return pseudonyms.mac("passkey-creation", said + "\n" + principal);
    }
}
