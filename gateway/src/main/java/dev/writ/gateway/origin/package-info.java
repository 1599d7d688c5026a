/** Where values of arguments were seen before: pure functions of texts, fed by whoever reads the log. */
@NullMarked
package dev.writ.gateway.origin;

import org.jspecify.annotations.NullMarked;
