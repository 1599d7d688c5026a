/** What is to be done later, whatever process is alive then. */
@NullMarked
package dev.writ.gateway.task;

import org.jspecify.annotations.NullMarked;
