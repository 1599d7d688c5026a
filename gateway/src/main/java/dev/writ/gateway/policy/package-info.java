/** Policy bundles, the one that is active, and the kill switch. */
@NullMarked
package dev.writ.gateway.policy;

import org.jspecify.annotations.NullMarked;
