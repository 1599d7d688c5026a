/** Commands, and everything that happens before the port opens. */
@NullMarked
package dev.writ.gateway.startup;

import org.jspecify.annotations.NullMarked;
