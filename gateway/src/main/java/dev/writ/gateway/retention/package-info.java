/** Holds, erasure, pruning and the time results are kept: operations on the log itself, each an entry of it. */
@NullMarked
package dev.writ.gateway.retention;

import org.jspecify.annotations.NullMarked;
