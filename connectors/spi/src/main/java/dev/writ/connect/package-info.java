/** What a connector is: the one place where an allowed call leaves the gateway. */
@NullMarked
package dev.writ.connect;

import org.jspecify.annotations.NullMarked;
