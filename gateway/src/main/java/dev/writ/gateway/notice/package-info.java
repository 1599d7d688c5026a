/** Tells people, where they look anyway, that a call waits for them. Nothing that is sent can answer it. */
@NullMarked
package dev.writ.gateway.notice;

import org.jspecify.annotations.NullMarked;
