package dev.writ.gateway.webhook;

import dev.writ.model.Digest;

/**
 * Where one agent's ended calls are reported to.
 *
 * @param secret digest of the sealed secret that its row holds
 * @param index of the entry that set it
 */
record Webhook(String agent, Target target, Digest secret, long index) {}
