/** Looks at how people approve, and at what they approve again and again. Decides and executes nothing. */
@NullMarked
package dev.writ.gateway.governor;

import org.jspecify.annotations.NullMarked;
