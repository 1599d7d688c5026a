package dev.writ.gateway.identity;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** Where secrets and ids come from. */
final class Randomness {

    private Randomness() {}

    @Produces
    @Singleton
    static SecureRandom secureRandom() {
        return new SecureRandom();
    }
}
