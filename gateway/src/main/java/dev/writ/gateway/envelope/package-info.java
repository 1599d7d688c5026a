/** Approvals of more than one call: which, how many and until when, what they cover, and what has rested on them. Executes nothing. */
@NullMarked
package dev.writ.gateway.envelope;

import org.jspecify.annotations.NullMarked;
