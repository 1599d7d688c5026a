package dev.writ.gateway.policy;

import dev.writ.model.Digest;

/**
 * Since when a version decides, or would.
 *
 * @param index of the entry from which on it does
 */
record Activation(BundleName name, Digest digest, long index) {}
