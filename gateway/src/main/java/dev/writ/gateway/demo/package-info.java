/** The demo: a small billing service with books of its own, and an agent's day played against a running gateway. */
@NullMarked
package dev.writ.gateway.demo;

import org.jspecify.annotations.NullMarked;
