/** Connectors to HTTP services that are described by an OpenAPI document. */
@NullMarked
package dev.writ.connect.http;

import org.jspecify.annotations.NullMarked;
