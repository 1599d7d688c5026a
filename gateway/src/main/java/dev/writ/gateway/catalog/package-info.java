/** Connectors, and the tools they pin. */
@NullMarked
package dev.writ.gateway.catalog;

import org.jspecify.annotations.NullMarked;
