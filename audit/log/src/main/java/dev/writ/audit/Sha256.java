package dev.writ.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** One SHA-256 per thread: making one costs as much as hashing a node. */
final class Sha256 {

    private static final ThreadLocal<MessageDigest> PER_THREAD = ThreadLocal.withInitial(Sha256::make);

    private Sha256() {}

    /** Fresh, and to be used up before this thread asks again. */
    static MessageDigest digest() {
        MessageDigest digest = PER_THREAD.get();
        digest.reset();
        return digest;
    }

    private static MessageDigest make() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
