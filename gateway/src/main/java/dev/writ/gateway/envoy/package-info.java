/** Envoy's external authorization ({@code ext_authz}): requests that an Envoy is about to pass on, decided before it does. */
@NullMarked
package dev.writ.gateway.envoy;

import org.jspecify.annotations.NullMarked;
