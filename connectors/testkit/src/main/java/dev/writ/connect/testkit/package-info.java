/** The contract that every connector is held to, and fakes for tests. */
@NullMarked
package dev.writ.connect.testkit;

import org.jspecify.annotations.NullMarked;
