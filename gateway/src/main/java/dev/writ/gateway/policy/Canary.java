package dev.writ.gateway.policy;

import dev.writ.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * A version that decides for a share of identities, in place of the active version of its name.
 *
 * @param index of the entry that set the share
 * @param percent of identities, 1 to 99
 * @param salt that nobody can know beforehand, so that nobody can choose an identity that is in or out of it
 * @param band percent points that it may be away from the rest; the gateway's own if empty
 * @param alarmed whether it left its band, and waits for a person
 */
record Canary(BundleName name, Digest digest, long index, int percent, String salt, OptionalInt band, boolean alarmed) {

    private static final int STEPS = 10_000;
    private static final int DIGITS = 8;

    /** Whether it decides for that identity: the same on every replica, and the same again when the share grows. */
    boolean includes(String identity) {
        // A digest's text is "sha256:" and then hexadecimal digits.
        String hex = Digest.of((salt + '\n' + identity).getBytes(StandardCharsets.UTF_8))
                .value()
                .substring("sha256:".length());
        return Long.parseLong(hex.substring(0, DIGITS), 16) % STEPS < percent * (STEPS / 100L);
    }

    Canary alarm() {
        return new Canary(name, digest, index, percent, salt, band, true);
    }
}
