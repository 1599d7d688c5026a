package dev.writ.audit;

import dev.writ.model.Digest;

/**
 * A row that an entry implied, as the store has it.
 *
 * @param index {@code $1} of its {@link RowChange}
 * @param leafHash {@code $2}
 * @param label {@code $3}
 */
public record AppliedRow(long index, Digest leafHash, String label) {}
