/** JSON on the wire: read strictly, written from records. */
@NullMarked
package dev.writ.gateway.wire;

import org.jspecify.annotations.NullMarked;
