/** What a tool can be shown of a permit: signed tokens, and the keys to check them with. */
@NullMarked
package dev.writ.gateway.permit;

import org.jspecify.annotations.NullMarked;
