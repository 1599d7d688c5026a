package dev.writ.audit;

import dev.writ.model.Digest;

/**
 * An entry at its place in the log.
 *
 * @param leafHash RFC 6962 leaf hash
 */
public record Recorded(long index, Digest leafHash, Entry entry) {}
