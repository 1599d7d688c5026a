/** What helps an approver to judge: how similar escalations ended, and a machine's description of this one. Decides nothing. */
@NullMarked
package dev.writ.gateway.precedent;

import org.jspecify.annotations.NullMarked;
