/** Tells agents' owners, by signed requests, how escalated calls ended. */
@NullMarked
package dev.writ.gateway.webhook;

import org.jspecify.annotations.NullMarked;
