/** The face for those that ask before they act: OpenID AuthZEN. It translates, and decides nothing. */
@NullMarked
package dev.writ.gateway.authzen;

import org.jspecify.annotations.NullMarked;
