/** Tells programs that a call of their agent has ended. */
@NullMarked
package dev.writ.gateway.webhook;

import org.jspecify.annotations.NullMarked;
