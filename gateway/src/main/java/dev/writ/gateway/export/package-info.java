/** Carries the log out: to folders, to auditors, to systems of record and to a SIEM. */
@NullMarked
package dev.writ.gateway.export;

import org.jspecify.annotations.NullMarked;
