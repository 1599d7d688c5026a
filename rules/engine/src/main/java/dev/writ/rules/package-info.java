/** Policy bundles: read, guarded, compiled and evaluated. Drools is used here and nowhere else. */
@NullMarked
package dev.writ.rules;

import org.jspecify.annotations.NullMarked;
