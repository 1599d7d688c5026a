/** What a bundle would have said of calls that were decided already. */
@NullMarked
package dev.writ.gateway.replay;

import org.jspecify.annotations.NullMarked;
