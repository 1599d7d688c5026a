/** Who is calling. */
@NullMarked
package dev.writ.gateway.identity;

import org.jspecify.annotations.NullMarked;
