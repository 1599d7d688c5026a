package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import java.util.Optional;

/**
 * A bundle that was published.
 *
 * @param tools digest of the definitions it was checked against
 * @param by who published it
 * @param recorded the entry that says so
 */
record Published(BundleName name, Digest digest, Digest tools, String by, Recorded recorded) {

    /** Whether it only fills the silence of others. */
    boolean isObserving() {
        return recorded.entry().body().isTrue(BundleEntries.OBSERVE);
    }

    /** Pseudonym of the person who published it, if the key named one. */
    Optional<String> person() {
        return recorded.entry().body().text("person");
    }

    long index() {
        return recorded.index();
    }
}
