/** The log in PostgreSQL: schema, append path, tail, read side. */
@NullMarked
package dev.writ.audit.postgres;

import org.jspecify.annotations.NullMarked;
