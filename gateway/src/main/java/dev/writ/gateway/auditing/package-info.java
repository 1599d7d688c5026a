/** Writing control entries to the log, and reading the log. */
@NullMarked
package dev.writ.gateway.auditing;

import org.jspecify.annotations.NullMarked;
