/**
 * The tamper-evident log: its entries, Merkle tree, checkpoints, proofs and the rules for appending. It knows nothing of
 * decisions or tools; what an entry means belongs to the feature that writes it.
 */
@NullMarked
package dev.writ.audit;

import org.jspecify.annotations.NullMarked;
