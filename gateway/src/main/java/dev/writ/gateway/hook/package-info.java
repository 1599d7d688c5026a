/** Hooks of coding agents: what they are about to do, in their own shape, decided and answered in that shape. */
@NullMarked
package dev.writ.gateway.hook;

import org.jspecify.annotations.NullMarked;
