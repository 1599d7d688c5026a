/** Values that every module shares. Nothing here does I/O, reads a clock or holds mutable state. */
@NullMarked
package dev.writ.model;

import org.jspecify.annotations.NullMarked;
