/** Errors as the caller sees them. */
@NullMarked
package dev.writ.gateway.problem;

import org.jspecify.annotations.NullMarked;
