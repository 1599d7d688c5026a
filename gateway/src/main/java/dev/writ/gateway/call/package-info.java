/** The path of one tool call. */
@NullMarked
package dev.writ.gateway.call;

import org.jspecify.annotations.NullMarked;
