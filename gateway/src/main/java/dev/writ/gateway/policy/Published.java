package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.Digest;

/**
 * A bundle that was published.
 *
 * @param tools digest of the definitions it was checked against
 * @param by who published it
 * @param recorded the entry that says so
 */
record Published(BundleName name, Digest digest, Digest tools, String by, Recorded recorded) {

    long index() {
        return recorded.index();
    }
}
